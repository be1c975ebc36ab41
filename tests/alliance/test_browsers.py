"""A clerk recognises his own browser in the words we make of a User-Agent."""

import pytest

from chalicelib.alliance.signin import browser_name

ANDROID_WECHAT = (
    'Mozilla/5.0 (Linux; Android 14; 23127PN0CC Build/UKQ1.230804.001; wv) AppleWebKit/537.36 (KHTML, like Gecko) '
    'Version/4.0 Chrome/126.0.6478.188 Mobile Safari/537.36 XWEB/1260183 MMWEBSDK/20240802 MMWEBID/7312 '
    'MicroMessenger/8.0.51.2720(0x28003357) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64'
)


@pytest.mark.parametrize(
    ('user_agent', 'words'),
    (
        ('Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) '
         'Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/4G Language/zh_CN', 'iPhone 上的微信'),
        (ANDROID_WECHAT, 'Android 手机上的微信'),
        ('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/107.0.0.0 '
         'Safari/537.36 NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090a13) XWEB/8555 Flue',
         'Windows 电脑上的微信'),
        ('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 '
         'Safari/537.36',
         'Windows 电脑上的 Chrome'),
        ('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 '
         'Safari/537.36 Edg/126.0.0.0', 'Windows 电脑上的 Edge'),
        ('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 '
         'Safari/605.1.15', 'Mac 电脑上的 Safari'),
        ('Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 '
         'Mobile/15E148 Safari/604.1', 'iPad 上的 Safari'),
        ('Mozilla/5.0 (Linux; Android 10; HarmonyOS; ELS-AN00; HMSCore 6.6.0.352) AppleWebKit/537.36 (KHTML, like '
         'Gecko) Chrome/92.0.4515.105 HuaweiBrowser/12.1.0.303 Mobile Safari/537.36', '鸿蒙设备上的华为浏览器'),
        ('Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 '
         'ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.1.2.301', '鸿蒙设备上的华为浏览器'),
        ('Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0', 'Linux 电脑上的 Firefox'),
        ('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 '
         'Safari/537.36',
         'Linux 电脑上的 Chrome'),
        ('Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) '
         'CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1', 'iPhone 上的 Chrome'),
        ('curl/8.5.0', '一台设备上的浏览器'),
        ('', '一台设备上的浏览器'),
    ),
)  # fmt: skip
def test_browsers_have_plain_names(user_agent, words):
    assert browser_name(user_agent) == words


def test_nothing_a_stranger_writes_gets_into_the_words():
    assert browser_name('<b>主任批准，请回复 1</b> ' + ANDROID_WECHAT) == 'Android 手机上的微信'
