"""Currencies as news writes them, in front of a number or behind it.

In: the sign or the name as written. Out: its ISO 4217 code, or None where it is money of which
the text does not say whose. It must not know numbers.
"""

from __future__ import annotations

import re

# Signs and codes in front. A bare "$" is read as the US dollar.
_SIGNS: dict[str, str | None] = {
    **dict.fromkeys(("US$", "U.S.$", "USD", "$"), "USD"),
    **dict.fromkeys(("€", "EUR"), "EUR"),
    **dict.fromkeys(("£", "GBP"), "GBP"),
    **dict.fromkeys(("JP¥", "JPY"), "JPY"),
    **dict.fromkeys(("CN¥", "CNY", "RMB", "Rmb", "CNH"), "CNY"),
    **dict.fromkeys(("NT$", "NTD", "TWD", "NTD$"), "TWD"),
    **dict.fromkeys(("HK$", "HKD"), "HKD"),
    **dict.fromkeys(("C$", "CA$", "CAD", "CDN$"), "CAD"),
    **dict.fromkeys(("A$", "AU$", "AUD"), "AUD"),
    **dict.fromkeys(("S$", "SGD", "SG$"), "SGD"),
    **dict.fromkeys(("NZ$", "NZD"), "NZD"),
    **dict.fromkeys(("R$", "BRL"), "BRL"),
    **dict.fromkeys(("₩", "KRW"), "KRW"),
    **dict.fromkeys(("₹", "Rs.", "Rs", "INR"), "INR"),
    **dict.fromkeys(("CHF", "SFr"), "CHF"),
    **dict.fromkeys(("MX$", "MXN"), "MXN"),
    **dict.fromkeys(("RM", "MYR"), "MYR"),
    **dict.fromkeys(("Rp", "IDR"), "IDR"),
    **{code: code for code in "SEK NOK DKK RUB THB VND ZAR SAR AED TRY PLN ILS PHP MOP".split()},
    "₽": "RUB",
    "₪": "ILS",
    "₫": "VND",
    "฿": "THB",
}
_YEN_OR_YUAN = ("¥", "￥")
_HAN_FRONT: dict[str, str] = {
    **dict.fromkeys(("新台币", "台币"), "TWD"),
    **dict.fromkeys(("人民币",), "CNY"),
    **dict.fromkeys(("港币",), "HKD"),
    **dict.fromkeys(("美金",), "USD"),
    **dict.fromkeys(("日币",), "JPY"),
    **dict.fromkeys(("韩币",), "KRW"),
}
# Names behind, in English, lower case, without dots.
_NAMES: dict[str, str | None] = {
    **{
        f"{name} {coin}".strip(): code
        for name, code in {
            "": "USD",
            "us": "USD",
            "american": "USD",
            "hong kong": "HKD",
            "hk": "HKD",
            "new taiwan": "TWD",
            "taiwan": "TWD",
            "taiwanese": "TWD",
            "nt": "TWD",
            "canadian": "CAD",
            "australian": "AUD",
            "singapore": "SGD",
            "new zealand": "NZD",
        }.items()
        for coin in ("dollars", "dollar")
    },
    **dict.fromkeys(("euros", "euro"), "EUR"),
    **dict.fromkeys(("pounds sterling", "pounds", "pound", "sterling"), "GBP"),
    **dict.fromkeys(("japanese yen", "yen"), "JPY"),
    **dict.fromkeys(("chinese yuan", "yuan", "renminbi"), "CNY"),
    **dict.fromkeys(("korean won", "south korean won", "won"), "KRW"),
    **dict.fromkeys(("indian rupees", "rupees", "rupee"), "INR"),
    **dict.fromkeys(("swiss francs", "swiss franc", "francs"), "CHF"),
    **dict.fromkeys(("swedish kronor", "swedish crowns", "kronor"), "SEK"),
    **dict.fromkeys(("danish kroner", "danish crowns"), "DKK"),
    **dict.fromkeys(("norwegian kroner", "norwegian crowns"), "NOK"),
    **dict.fromkeys(("roubles", "rubles"), "RUB"),
    **dict.fromkeys(("mexican pesos",), "MXN"),
    **dict.fromkeys(("pesos", "kroner"), None),
    "baht": "THB",
    "dong": "VND",
    "rupiah": "IDR",
    "ringgit": "MYR",
    "rand": "ZAR",
    "reais": "BRL",
    "zlotys": "PLN",
    "shekels": "ILS",
    "dirhams": "AED",
    "riyals": "SAR",
}
_MINOR: dict[str, str] = {
    **dict.fromkeys(("us cents", "cents", "cent", "¢"), "USD"),
    **dict.fromkeys(("euro cents", "eurocents"), "EUR"),
    **dict.fromkeys(("pence",), "GBP"),
    "美分": "USD",
    "欧分": "EUR",
}
_HAN_BEHIND: dict[str, str | None] = {
    **dict.fromkeys(("美元", "美金", "美圆"), "USD"),
    **dict.fromkeys(("欧元",), "EUR"),
    **dict.fromkeys(("英镑",), "GBP"),
    **dict.fromkeys(("日圆", "日元", "日币"), "JPY"),
    **dict.fromkeys(("元人民币", "人民币元", "人民币"), "CNY"),
    **dict.fromkeys(("元新台币", "新台币元", "新台币", "元台币", "台币"), "TWD"),
    **dict.fromkeys(("港元", "港币", "港圆", "元港币"), "HKD"),
    **dict.fromkeys(("韩元", "韩圜", "韩圆", "韩币"), "KRW"),
    **dict.fromkeys(("加元", "加币", "加拿大元"), "CAD"),
    **dict.fromkeys(("澳元", "澳币", "澳洲元"), "AUD"),
    **dict.fromkeys(("新加坡元", "新加坡币", "坡币", "新元"), "SGD"),
    **dict.fromkeys(("新西兰元", "纽元", "纽币"), "NZD"),
    **dict.fromkeys(("瑞士法郎", "瑞郎"), "CHF"),
    **dict.fromkeys(("印度卢比", "卢比"), "INR"),
    **dict.fromkeys(("卢布",), "RUB"),
    **dict.fromkeys(("泰铢",), "THB"),
    **dict.fromkeys(("越南盾",), "VND"),
    **dict.fromkeys(("印尼盾",), "IDR"),
    **dict.fromkeys(("令吉", "马币", "林吉特"), "MYR"),
    **dict.fromkeys(("巴西雷亚尔", "雷亚尔"), "BRL"),
    **dict.fromkeys(("澳门元",), "MOP"),
    **dict.fromkeys(("元", "块钱"), None),
}
_CODES = {name: code for name, code in _SIGNS.items() if len(name) == 3 and name.isalpha()}
# 元 that begins another word, and compounds that name no sum
_NO_COIN = "宇宙|件|素|老|年(?!薪|度)|月(?!薪|租|费)|旦|器|组|帅|凶|锂|材料|电池|论|化|级|机"


def _either(names: object) -> str:
    listed = sorted(map(str, names), key=len, reverse=True)  # type: ignore[call-overload]
    return "|".join(re.escape(one).replace(r"\ ", "[ -]") for one in listed)


_LETTERED = _either(one for one in _SIGNS if one[0].isalpha())
_BARE = _either(one for one in (*_SIGNS, *_YEN_OR_YUAN) if not one[0].isalpha())
FRONT = (
    rf"(?:(?<![A-Za-z])(?:{_LETTERED}|[A-Z]{{1,3}}\$)|(?<![A-Za-z])(?:{_BARE})"
    rf"|(?<![兑对])(?:{_either(_HAN_FRONT)}))"
)
_ENGLISH = _either((*_NAMES, *(one for one in _MINOR if one.isascii())))
BEHIND = (
    rf"(?:[ -]?(?i:(?:U\.S\.[ -]dollars?|{_ENGLISH})(?![A-Za-z])(?<!pounds(?= of\b)))"
    rf"|[ -]?(?:{_either(_CODES)})(?![A-Za-z\d])|[ ]?[€₩₹¢]"
    rf"|[ ]?(?:{_either((*_HAN_BEHIND, '美分', '欧分'))})(?:(?<=[美欧日韩港加澳洲坡兰大门]元)"
    rf"|(?<!元(?={_NO_COIN}))))"
)


def currency_in_front(sign: str, *, chinese: bool) -> str | None:
    """ISO code of a sign or name in front of a number.

    Parameters
    ----------
    sign : str
        In Simplified characters where it is Chinese.
    chinese : bool
        Whether the text around is Chinese: there ``¥`` is the yuan, elsewhere the yen.

    Returns
    -------
    str or None
        None for a dollar of a country that is not known.

    Examples
    --------
    >>> currency_in_front("NT$", chinese=False), currency_in_front("¥", chinese=True)
    ('TWD', 'CNY')
    """
    if sign in _YEN_OR_YUAN:
        return "CNY" if chinese else "JPY"
    return _SIGNS.get(sign, _HAN_FRONT.get(sign))


def currency_behind(name: str) -> tuple[str | None, bool]:
    """ISO code of a name behind a number, and whether it names hundredths.

    Examples
    --------
    >>> currency_behind("US dollars"), currency_behind("元"), currency_behind("pence")
    (('USD', False), (None, False), ('GBP', True))
    """
    name = name.strip(" -")
    if name in _CODES or name in ("€", "₩", "₹"):
        return _SIGNS[name], False
    plain = re.sub(r"[ -]", " ", name.lower().replace(".", ""))
    if plain in _MINOR:
        return _MINOR[plain], True
    if plain in _NAMES:
        return _NAMES[plain], False
    return _HAN_BEHIND.get(name), False
