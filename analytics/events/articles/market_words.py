"""The words of market reports: moves of prices, what moved, when and why.

In: nothing. Out: compiled patterns, Chinese ones in Simplified characters. It must not know how a
claim is put together. All repetitions are bounded.
"""

from __future__ import annotations

import re

# A word begins here: quickly said, so that the long lists behind it are tried at few places.
WORD_START = r"(?:(?<![A-Za-z])(?=[A-Za-z])|(?=[\u4e00-\u9fff]))"
_BACK = (
    r"(?:all |some |part |most |much |half |a third |a quarter |two[- ]thirds )?(?:of )?(?:(?:its"
    r"|their|the|early|earlier|initial|opening"
    r"|day's) ){0,2}"
)
_LOSSES = r"(?:loss(?:es)?|declines?|falls?|drops?|slide)"
_GAINS = r"(?:gains?|advances?|rises?|jump|rally)"
_PARED = (
    r"(?:par(?:es?|ed|ing)|trim(?:s|med|ming)?|narrow(?:s|ed|ing)?|cut(?:s|ting)?|reduc(?:es?|ed"
    r"|ing))"
)
_WIDER = r"(?:extend(?:s|ed|ing)?|widen(?:s|ed|ing)?|deepen(?:s|ed|ing)?)"
_WAY = r"(?:已|一度|进一步|逐步|迅速|大幅|明显|随后|又|再|也|的|则){0,2}"
_LESS = r"(?:收窄|缩小|收敛|缩减|缩窄)"
# A loss that became smaller: with its new size it is also a fall.
_NARROWED = rf"\b{_PARED} {_BACK}{_LOSSES} to\b|跌幅{_WAY}{_LESS}了?[至到为]|收窄跌幅[至到]"
_FALL = (
    rf"\b{_WIDER} {_BACK}{_LOSSES} to\b|跌幅{_WAY}(?:扩大|加深)[至到]"
    r"|\b(?:below|off|under|short of) (?:(?:its|their|the|an?|last|recent|previous|this|all-time"
    r"|record"
    r"|historic|lifetime|(?:52|fifty-two)[ -]week|month|year|week"
    r"|[A-Z][a-z]{2,8})(?:['’]s)?[ -]){1,4}"
    r"(?:closing |intraday )?(?:highs?|peaks?|record)\b"
    rf"|\b(?:g[ai]ve(?:s|n)?|giving) (?:up|back)(?: {_BACK}{_GAINS})?\b"
    r"|\b(?:fell|shr[aiu]nks?|falls?|fallen|falling"
    r"|drop(?:s|ped|ping)?|plung(?:es?"
    r"|ed|ing)|tumbl(?:es?|ed|ing)"
    r"|slump(?:s|ed|ing)?|slid(?:es?|ing)?|sank|sinks?|sunk|declin(?:es?|ed|ing)|lost|los(?:es?"
    r"|ing)"
    r"|shed(?:s|ding)?|plummet(?:s|ed|ing)?|crash(?:es|ed|ing)?|tank(?:s|ed)|dip(?:s|ped|ping)?"
    r"|slip(?:s|ped|ping)?|sagg(?:ed|ing)|stumbl(?:es?|ed|ing)|weaken(?:s|ed|ing)?|sold off"
    r"|pulled back|nosedived?|retreat(?:s|ed|ing)?|skidded|cratered|eased|down|lower)\b"
    r"|下跌|暴跌|大跌|重挫|重跌|急跌|急挫|狂跌|下挫|下滑|走低|走跌|走弱|崩跌|收跌|收低|收黑|跳水"
    r"|跌落|跌去"
    r"|跌掉|滑落|回落|缩水|跌幅|杀低|低开|(?:回吐|吐回)了?(?:(?:早盘|此前|大?部分|一半|近半|全部"
    r"|所有)的?)?[涨升]幅|回吐|吐回"
    r"|(?<=[高点位峰])低(?=了?[近逾约超]?[\d一二两三四五六七八九])"
    r"|(?<![下暴大重急崩走收涨先])[挫跌](?!不一|停|破|至|到|势|市|宕"
    r"|幅|深|入)"
)
_RISE = (
    rf"[涨升]幅{_WAY}(?:收窄|扩大|缩小|收敛|缩减)了?[至到]|\b{_PARED} {_BACK}{_GAINS} to\b"
    rf"|\b{_WIDER} {_BACK}{_GAINS} to\b"
    r"|\b(?:rose|ris(?:es?|en|ing)|gain(?:s|ed|ing)?|climb(?:s|ed|ing)?|jump(?:s|ed"
    r"|ing)?"
    r"|surg(?:es?|ed|ing)|soar(?:s|ed|ing)?|rall(?:y|ies|ied|ying)|advanc(?:es?|ed|ing)"
    r"|add(?:s|ed|ing)|leap(?:s|t|ed)?|spik(?:es?|ed|ing)|popp(?:ed|ing)|edged up|up|higher)\b"
    r"|上涨(?!停)|大涨|狂飙|暴涨|飙涨|飙升|飙高|上扬|攀升|走高|走扬|劲扬|走强|收涨|收高|收红|收升"
    r"|涨幅|升幅"
    r"|急涨|狂涨|高开"
    r"|跳涨|猛涨"
    r"|(?<![上提回攀飙晋毛调拉抬爬跃晋])升(?=[ ]?(?:[近逾约超过]|了|幅度?约)?[ ]?(?:\d|百分之"
    r"|[一二两三四五六七八九][多余]?成|不[到足]|至少))"
    r"|(?<![上大暴飙收急由])涨(?!停|破|至|到|势|价|幅|跌|回|薪|潮)"
)
_RECOVERY = (
    r"\b(?:recover(?:s|ed|ing)?|recoup(?:s|ed|ing)?|regain(?:s|ed|ing)?|rebound(?:s|ed|ing)?"
    r"|bounc(?:es?|ed|ing) back|claw(?:s|ed|ing)? back|retrac(?:es?|ed|ing)|made (?:back|up)"
    r"|won back"
    r"|revers(?:es?|ed|ing)|eras(?:es?|ed|ing)(?= (?:all )?"
    r"(?:of )?(?:its|their|the|those|earlier)[a-z ]{0,10} (?:loss|decline|fall|drop)))\b"
    rf"|\b(?:{_PARED}|made up|eas(?:es?|ed|ing)) {_BACK}{_LOSSES}\b(?! to\b)"
    r"|(?:先跌|先抑|低开)(?:后|之后|而后)?(?:再|又)?(?:回升|转升|转涨|转红|反弹|走高|拉升|拉高"
    r"|翻红|升|涨|扬)|低开高走|由跌转[升涨]|转跌为[升涨]|由黑翻红"
    rf"|转升|翻红|探底回升|跌幅{_WAY}{_LESS}|{_LESS}了?(?:部分|大部分)?跌幅"
    r"|收复|收回|回升|反弹|涨回|弥补|回补|站回|扳回"
)
_FLAT = (
    r"\b(?:little changed|unchanged|flat|steady|(?:barely|hardly|scarcely) (?:moved|changed"
    r"|budged|stirred)"
    r"|did(?: not|n[’']t) (?:move|budge))\b"
    r"|平盘|收平|平收|持平|[无没][有]?(?:升跌|涨跌|起跌)|几无变动|变动不大|变化不大|几乎没有变动"
    r"|几乎未变|波动不大"
)
_HIGH = (
    r"\b(?:(?:all-time|record|historic|lifetime)[ -](?:closing |intraday |share-price )?"
    r"(?:highs?|peaks?|close)|highest (?:close|closing price|level)?[ ]?(?:ever|on record"
    r"|in history))"
    r"|\b(?:(?<= a )|(?<=new )|(?<=fresh ))record(?=[.,;]| of [$€£¥]| (?:on|after|in) (?:[A-Z]"
    r"|the)|\Z)"
    r"|历史新高|历史高点|历史最高|历史高位|(?<![周月年季日天])新高"
)
_LOW = (
    r"\b(?:(?:all-time|record|historic|lifetime)[ -](?:closing |intraday )?lows?"
    r"|lowest (?:close|closing price|level)?[ ]?(?:ever|on record|in history))"
    r"|历史新低|历史低点|历史最低|(?<![周月年季日天])新低"
)
_SWING = (
    r"\b(?:swung|swings?|swinging|whipsaw(?:s|ed)?|see-?saw(?:s|ed)?|gyrat(?:es?|ed|ions?)|volatile"
    r"|volatility)\b(?! to (?:an? )?(?:profit|loss))"
    r"|(?:剧烈|大幅|激烈|宽幅|巨幅|剧)的?(?:波动|震荡|振荡|动荡)|大起大落|巨震|剧震"
)
_MOVES = (
    r"(?P<limit_up>(?i:\blimit[- ]up\b)|涨停)|(?P<limit_down>(?i:\blimit[- ]down\b)|跌停)"
    rf"|(?P<narrowed>(?i:{_NARROWED}))"
    rf"|(?P<record_high>(?i:{_HIGH}))|(?P<record_low>(?i:{_LOW}))"
    r"|(?P<halved>(?i:\b(?:halv(?:es?|ed|ing))\b)|腰斩)"
    r"|(?P<double>(?i:\bdoubl(?:es?|ed|ing)\b)|翻倍|翻番|翻了一倍|翻一番)"
    r"|(?P<triple>(?i:\btripl(?:es?|ed|ing)\b)|翻了两倍|翻两倍)"
    rf"|(?P<recovery>(?i:{_RECOVERY}))|(?P<flat>(?i:{_FLAT}))|(?P<swing>(?i:{_SWING}))"
    r"|(?P<wiped>(?i:\b(?:t(?:ook|aking|akes)(?= (?:about |nearly |some "
    r"|over )?[$€£][^,;.]{1,24} off )|wip(?:es?|ed|ing)|eras(?:es?|ed|ing)|evaporat(?:es?|ed|ing)"
    r"|vanish(?:ed)?"
    r"|shav(?:es?|ed|ing)|knock(?:s|ed))\b)|蒸发|抹去)"
    r"|(?P<dwindled>丢掉|失去|缩减|减少|少了|损失|流失)"
    r"|(?P<grown>(?i:\b(?:swell(?:s|ed|ing)?|balloon(?:s|ed|ing)?|gr[eo]w(?:s|n|ing)?"
    r"|increas(?:es?|ed|ing))\b)|增加|大增|增长|增值|膨胀)"
    rf"|(?P<fall>(?i:{_FALL}))|(?P<rise>(?i:{_RISE}))"
)
MOVES = re.compile(rf"{WORD_START}(?:{_MOVES})")
FACTORS = {"halved": ("fall", 0.5), "double": ("rise", 1.0), "triple": ("rise", 2.0)}

_OTHER = (
    r"\b(?:sales|revenues?|turnover|profits?|earnings(?: per share)?|(?:net|operating) income"
    r"|income"
    r"|margins?|costs?|(?:price )?targets?|demand|shipments?|orders?|bookings?|output|production"
    r"|capacity|yields?|market shares?|share of|shares of the market|inventor(?:y|ies)|spending"
    r"|expenses|expenditure|capex|budgets?|users?|subscribers?|traffic|headcount|workforce|staff"
    r"|jobs|exports?|imports?|inflation|unemployment|rates?|bonds?|per share|prices|price(?! of its"
    r" shares)|deliveries|volumes?|volume|guidance|forecasts?|estimates?|losses of|cash flow|debt"
    r"|number of (?:[a-z]{1,12} )?shares|(?:stock|share) options?"
    r"|stakes?|venture|tariffs?|oil|gold|bitcoin|crude|ratings?|usage|temperatures?|dividends?"
    r"|backlog)\b"
    r"|营收|收入|营业额|营业利益|销售|销量|业绩|毛利|利润|净利|获利|盈利|盈余|亏损|每股|成本"
    r"|目标价|价格|报价"
    r"|售价|均价|单价|现货价|合约价|需求|出货|订单|产量|产能|稼动率|良率|份额|市占|占有率|利率"
    r"|通胀|通膨"
    r"|失业率|支出|开支|投资|用户|流量|库存|存货|进口|出口|产值|工资|薪资|人数|比重|占比|比例"
    r"|效能|性能|功耗"
    r"|汇率|债券|殖利率|收益率|油价|金价|房价|运价|币价|涨价|降价|关税|评级|交付|成交量|比特币"
    r"|持股|持仓|股东|人手|薪水"
    r"|原油|黄金|销货"
)
OTHER_WORDS = _OTHER.replace(r"\b(?:", "(?:", 1)
_PRICE = (
    r"\b(?:share price|stock price|price of its shares|shares(?! options?)"
    r"|stocks?(?! options?| of (?:unsold|goods|finished|raw|spare|cars|chips|parts|homes|used"
    r"|new)\b)|ADRs?|ADSs?"
    r"|depositary receipts?|(?:London|New York|American|global|U\.S\.) receipts|equity)\b"
    r"|股价|股票|股份|该股|个股|收盘价|盘价|存托凭证|预托证券|存托股|优先股|普通股"
    r"|[AHB]股(?=股价)|(?<![A-Za-z])ADR"
)
_VALUE = (
    r"\b(?:(?:stock[- ])?market (?:value|worth|capitali[sz]ation|cap)|capitali[sz]ation"
    r"|(?<=off )(?:its|their) (?:value|valuation))\b|市值"
)
_NOUNS = (
    rf"(?P<value>(?i:{_VALUE}))|(?P<price>(?i:\b(?:share|stock) prices?\b"
    rf"|(?:{_PRICE})(?! of the market)))"
    rf"|(?P<other>(?i:{_OTHER}))"
)
NOUNS = re.compile(rf"{WORD_START}(?:{_NOUNS})")
_FIELD = (
    r"AI|人工智能|人工智慧|科技|芯片|晶片|半导体|数据中心|资料中心|电动车|汽车|银行|能源|石油|医药"
    r"|网络"
)
_GROUPS = (
    r"(?i:\b(?:AI|chip|chipmaker|semiconductor|tech(?:nology)?|software|bank|energy|oil|car|drug"
    r"|data[- ]cent(?:re|er)|growth|artificial[- ]intelligence|memory|Asian|European|global"
    r"|U\.?S\.?"
    r"|Chinese|Taiwan(?:ese)?|Japanese)(?:-related|-linked)? (?:stocks|shares|equities)"
    r"|(?:the )?(?:Nasdaq(?: Composite| 100)?|S&P 500|Dow(?: Jones)?(?: Industrial Average)?|Nikkei"
    r"(?: 225)?|Hang Seng(?: Index)?|Taiex|KOSPI|FTSE 100|DAX|Stoxx 600"
    r"|(?:Philadelphia )?semiconductor index|stock markets?|equity markets?)\b|Wall Street\b)"
    rf"|(?:全球|美国|亚洲|欧洲|中国)?[ ]?(?:(?:{_FIELD})[ ]?(?:概念|类|相关)?(?:股票市场|股市"
    rf"|类股|股)|股市)"
    r"|[纳那]斯达克(?:综合指数|指数)?|[纳那]指|标普500(?:指数)?|道琼斯?(?:工业)?(?:平均)?(?:指数)?"
    r"|费城半导体(?:指数)?|费半|加权指数|亚股|台股|美股|港股|日股|韩股|A股|日经(?:225|指数)?"
    r"|恒生指数|[HB]股"
    r"|恒指|大盘"
)
GROUPS = re.compile(rf"{WORD_START}(?:{_GROUPS})")
TRADING = re.compile(
    r"(?i:\b(?:closed?|closing|ended|finish(?:ed)?|opened|pre-?market|after[- ]hours"
    r"|extended trading"
    r"|intraday|trading|session|Wall Street|bell)\b)|收盘|收报|盘中|盘前|盘后|早盘|尾盘|开盘|午盘"
    r"|终场|股价|收市|收[涨跌升高低黑红]|[高低]开|[盘市][中前后]|平收|午后|开市"
)
ITS_SHARES = re.compile(
    r"(?i:\b(?:its|their|the|the [a-z-]{2,16}(?: [a-z-]{2,16})?['’]s?)(?: [A-Za-z.-]{1,12}){0,2} "
    r"(?:share price|stock price|shares|stock|market (?:value|cap)|receipts|ADRs?)\b(?! (?:of|in) )"
    r"|\b(?:shares|stock|receipts) (?:of|in) (?:the|this) "
    r"(?:group|company|firm|bank|insurer|lender|carmaker|chip ?maker|drug ?maker|retailer|maker)\b)"
    r"|(?:(?:该|本)?(?:公司|集团|企业)|[该这][家]?(?:银行|行|厂|商)"
    r"|其)(?:[(\uff08][^()\uff08\uff09]{0,24}"
    r"[)\uff09])?(?:的)?(?:[AHB港美台]股)?(?:股价|股票|市值|美国存托凭证|存托凭证|港股|美股"
    r"|[AH]股)|该股"
)
REFERS = re.compile(
    r"(?i:\b(?:it|they|the stock|the shares|the loss(?:es)?|(?:that|the) (?:fall|drop|decline"
    r"|slump))\b)"
    r"|跌幅|失地|该股|其后|随后|[它其]"
)
ONE_POINT = re.compile(
    r"(?i:\b(?:at one point|as much as|as many as|intraday|at (?:its|their) (?:low|lows|worst|peak)"
    r"|briefly|during the (?:session|day)|earlier in the session)\b)|一度|盘中|最多|最深|曾(?!经)"
)
AGAIN_BEFORE = re.compile(
    r"(?i:\b(?:again|once more|resumed (?:its|their)|renewed)) ?\Z|(?:再次|再度|又再?|再|重新"
    r"|二度)[一大]?\Z"
)
AGAIN_BEHIND = re.compile(r"(?i:[a-z ]{0,14}\b(?:again|anew|once more)\b)")
NOT_SAID = re.compile(
    r"(?i:\b(?:could|may|might|would|will|should|can|expects?|expected to|likely to|forecast(?:s"
    r"|ed)? to"
    r"|predict(?:s|ed)?|if|unless|did not|didn[’']t|has not|have not|never"
    r"|unlikely)\b[^,;]{0,24})\Z"
    r"|(?:可能|恐(?!慌)|或将|或会|将会|预计|预估|有望|若(?!干)|如果|一旦|倘若|没有|并未|未见|不会"
    r"|不至于)"
    r"[^,\uff0c。]{0,10}\Z|(?:将|(?<![机社协商大开])会|料)\Z"
)
SHARE_ALL = re.compile(
    r"(?i:\b(?:all (?:of )?(?:its|the|their|those)|fully|entire(?:ly)?|eras(?:es?|ed|ing)"
    r"|in full)\b)|全部|全数|所有"
    r"|(?<!部分)失地|前跌|完全"
)
SHARE_MOST = re.compile(
    r"(?i:\b(?:most|the bulk|the majority|the lion's share) of\b)|大部[分份]|多数|大半|大多"
)
LOST_GROUND = re.compile(r"(?i:\b(?:loss|losses|decline|drop|ground|slump)\b)|失地|跌幅|失土")
OF_THE_FALL = re.compile(
    r"(?i: ?of (?:its|the|their|those|that)[a-z ]{0,12}(?:loss|losses|fall|decline|drop|ground"
    r"|slump))"
    r"|的?(?:跌幅|失地|损失|失土)"
)
WHEN = re.compile(
    r"(?i:\b(?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?:,? (?:January|February|March"
    r"|April|May"
    r"|June|July|August|September|October|November|December) \d{1,2})?\b"
    r"|\bon (?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December)"
    r" \d{1,2}\b|\bon \d{1,2} (?:January|February|March|April|May|June|July|August|September"
    r"|October"
    r"|November|December)\b|\b(?:in|at the end of|since) (?:early |mid-|late )?(?:January"
    r"|February|March"
    r"|April|May|June|July|August|September|October|November|December)\b"
    r"|\b(?:last|this) (?:week|month|year)\b|\b(?:today|yesterday)\b)"
    r"|(?:上|本|这)?(?:周|星期|礼拜)[一二三四五六日天]"
    r"|(?<![\d涨跌连续])(?:\d{1,2} ?月 ?)?\d{1,2} ?日"
    r"|\d{1,2} ?月[底初中]"
    r"|上周|本周|昨日|今日|昨天|今天|昨晚|近期|今年以来|当日|当天|去年"
)
_CONNECT = (
    r"(?i:\b(?:after|as|amid|because of|due to|on|over|following|by|when)\b)"
    r"|因为?|受|由于|在|随着|遭|对"
)
_REASONS = (
    r"(?P<tariff>(?i:tariffs?|trade (?:worries|war|tensions?|concerns?|fears?|policy|policies)"
    r"|levies)"
    r"|关税|贸易)"
    r"|(?P<monthly_sales>(?i:monthly sales|monthly revenue)|月营收|月度营收)"
    r"|(?P<results>(?i:earnings|(?:quarterly |annual )?results|guidance|quarterly report)"
    r"|财报|业绩|财测|指引)"
    r"|(?P<policy_rate>(?i:Federal Reserve|the Fed|rate (?:cut|hike|decision)s?|interest rates?)"
    r"|降息|升息|加息|联准会|联储)"
    r"|(?P<macro_data>(?i:inflation|jobs (?:report|data)|payrolls)|通胀|通膨|非农|就业数据)"
)
CAUSES = re.compile(rf"(?:{_CONNECT})[^,。;\uff0c\uff1b]{{0,40}}?(?:{_REASONS})")
REASONS = re.compile(_REASONS)
_HAN_ADVERB = (
    r"[上本]?(?:周|星期)[一二三四五]|在?(?:香港|纽约|东京|伦敦|巴黎|法兰克福|上海|深圳|首尔|台北"
    r"|苏黎世"
    r"|阿姆斯特丹|新加坡|孟买|米兰|马德里|哥本哈根|美国|欧洲|日本|台湾|韩国)(?:市场|股市|挂牌"
    r"|交易)?"
    r"|[早午]?(?:间|后)|上午|下午|早些时候|稍早|收市|开市|市[前后]|触及|封死|封住|封上|跟着?|同步"
    r"|齐|随之|一同"
    r"|微|小|略|轻微|仅|只|约|近|逾|连续|连|[一二三四五六七八九十两]{1,2}(?:个?交易)?[日天]"
    r"|个?交易日|逆市"
    r"|迅速|快速|很快|先|刚|股价|已经|[上本]周|[上本]月|今年|近期"
    r"|[较距自从离比][^,\uff0c。]{0,10}(?:[高峰][点位值峰]?|纪录)(?:算起|以来|计)?|也?跟随"
    r"|[合累]计|有|得|一天|一日|一路|一口气|截至(?:发稿|午间|目前|\d{1,2}[时点])?|发稿[时前]?"
    r"|报收|即|年内|年初至今|年初以来|今年以来|本轮|全周|全日|全天|隔夜"
    r"|近?[一二三两半]?个?(?:月|周|年)(?:来|以来|内)?|累积|反而|因此|于是|挂"
    r"|直接|一字|打开"
    r"|一度|盘中|盘前|盘后|早盘|尾盘|收盘|开盘|午盘|终场|今日|昨日"
    r"|今天|昨天|当日|当天"
    r"|今|昨|则|也|亦|均|都|领|双双|更|再度|再次|又|应声|随后|随即|一举|合计|累计|单日|最多|最深"
    r"|创下?"
    r"|刷新|打入|罕见|终于|直奔|攻上|亮灯|锁|遭|曾|已"
    r"|大幅|急|续|小幅|逆势|分别|各|在|以|美东时间|美股|日|\d{1,2}|月|年|[(\uff08)\uff09]"
)
REASON_BEFORE = re.compile(r"(?:因|受|由于|担心|担忧|忧虑)[^,\uff0c。]{0,8}\Z")
PEAK_BEFORE = re.compile(
    r"(?i:\b(?:from|below|off|since|above)(?: (?:its|their|the|an?))? )\Z"
    r"|[较距自从离比][^,\uff0c创]{0,12}\Z"
)
# A capitalised or a short unknown word before a move is a subject of its own.
STRANGER = re.compile(
    r"\b(?!(?:The|Its|Their|But|And|However|Still|Later|On|After|It|They|Mon|Tue|Wed|Thu|Fri|Jan"
    r"|Feb"
    r"|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Most|Half|All|That|This|Shares|AI"
    r"|U\.?S)[a-z]{0,9}\b)"
    r"[A-Z][A-Za-z]{1,20}"
)
_TURN = "随后|最终|近期|但|之后|其后|后|今年|不过|又|而|并|且|然而|近日|最近|因此|大部分|多数"
_TURN += "|前一日|的|尽管|虽然|即使|虽"
SHORT_CHINESE = re.compile(
    rf"[,\uff0c;\uff1b、 ]{{0,3}}(?!(?:{_TURN}|{_HAN_ADVERB}))(?![\u4e00-\u9fff]{{1,5}}(?:[后前]"
    rf"|时(?!代)))"
    rf"[\u4e00-\u9fff]{{2,6}}[ ]?\Z"
)
# Between a firm and its move nothing may stand that could be what moves.
_ADVERB = (
    r"also|trades?|stands?|stood|remains?|sits?|sat|suspended|halted|biggest|worst|best|losers?"
    r"|winners?|gainers?"
    r"|performers?|decliners?|risers?|fallers?|among|top|edged|inched|ticked|drifted|moved|went"
    r"|crept|nudged|only|just|little|slightly|modestly"
    r"|today|yesterday"
    r"|this|last|week|session|fresh|day|daily|around|roughly|almost|even|still|already|now|far"
    r"|another|similarly"
    r"|meanwhile|however|together|over|barely|mostly"
    r"|then|later|has|have|had|was|were|is|are|since|on|closed|ended|finished|opened|traded"
    r"|trading"
    r"|initially|briefly|both|again|itself|each|further|stock|and|who|which|that|at one point|at"
    r"|be|been"
    r"|Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|in|premarket|pre-market"
    r"|after-hours"
    r"|early|late|morning|afternoon|hit|hits|reached|touched|set|sets|to|a|an|the|its|new|nearly"
    r"|about|more"
    r"|than|as|much|sharply|slightly|led|suffered|saw|sees|plunging|posted|losses|gains|hours"
    r"|close|low"
)
_BRACKET = r"[ ]?[(\uff08][^()\uff08\uff09]{0,24}[)\uff09]"
_LEGAL = (
    r"(?:,? (?:Inc|Corp|Corporation|Co|Ltd|PLC|plc|AG|A/S|SE|N\.?V|S\.?A|Group"
    r"|Holdings?)\b\.?){0,2}"
)
PLAIN_GAP = re.compile(
    rf"{_LEGAL}(?:{_BRACKET})?(?:'s"
    rf"|’s)?(?:, [^,]{{1,80}},)?(?>[ ,]{{0,2}}(?i:{_ADVERB})\b){{0,9}}[ ,]{{0,2}}"
    rf"|(?:{_BRACKET})?(?:\uff0c|,)?(?>{_HAN_ADVERB}|[\uff0c, ]){{0,12}}"
)

# Behind a move without a size nothing may follow that could be what moves.
BARE_END = re.compile(
    r"(?i:(?: (?:slightly|sharply|a little|a touch|a bit|modestly|strongly|steeply|heavily|further"
    r"|too|as well|in sympathy|on the news|on the day)){0,2})(?:[.,;\uff0c\uff1b。]|\Z| (?:and"
    r"|while|but)\b)"
)
OWN_LISTING = re.compile(r"[ABH港美台日韩英]股")
OWNED = re.compile(
    r"(?:公司|集团)?(?:[)\uff09]|[ ]?[(\uff08][^()\uff08\uff09]{0,24}[)\uff09])?的?\Z"
)
THE_FIRM = re.compile(r"(?:公司|集团)(?:[(\uff08][^()\uff08\uff09]{0,24}[)\uff09])?的?\Z")
OF_SOMEBODY = re.compile(
    r"(?i: (?:of|in) (?:other|some|many|most|several|rivals?|peers|competitors)\b| of )"
)
DESCRIBED = re.compile(  # "shares of German carmaker" before a name
    r" (?:of|in) (?:(?!(?:rivals?|peers|competitors|suppliers|customers|of|and|or"
    r"|for|to|by|than)\b)[A-Za-z.-]{1,16} ){1,4}"
)
# A name that is quoted, served or supplied is not what a clause is about.
QUOTED_BEFORE = re.compile(
    r"(?i:\b(?:analysts?|strategists?|economists?|brokers?|traders?|managers?|partner) (?:at|of"
    r"|with|from) )\Z"
    r"|[给向为对由被受与和替据]\Z"
)
QUOTED_BEHIND = re.compile(
    r"(?:证券)?的?(?:分析|策略|经济学|研究|交易)|(?:在?报告中?)?(?:表示|指出|认为|说|称|预[计估期])"
)
HEADED = re.compile(rf"[,\uff0c;\uff1b、 ]{{0,3}}(?>{_TURN}|{_HAN_ADVERB}|[ ]){{0,8}}\Z")
HAN = re.compile(r"[\u4e00-\u9fff]")
GOODS_MOVE = re.compile(r"[涨跌降价售]|每[瓶吨桶台辆件张股]")
PRICE_VERB = re.compile(r"[^ ]{0,3}[涨跌挫]")
# Where a share is traded: "Acme was flat in Tokyo".
ON_EXCHANGE = re.compile(
    r" in (?:Tokyo|New York|London|Frankfurt|Paris|Hong Kong|Seoul|Taipei|Shanghai|Shenzhen|Zurich"
    r"|Amsterdam|Milan|Madrid|Stockholm|Copenhagen|Oslo|Helsinki|Sydney|Toronto|Mumbai|Singapore)\b"
)
LIMIT = re.compile(r"(?i:(?: by)?(?: the| its)?(?: daily| maximum| exchange(?:'s)?){0,2} limit)")
OF_GAINS = re.compile(
    r"(?i: of (?:its|the|their|those|that)[a-z ]{0,12}(?:gains?|advance|rally))|的?[涨升]幅"
)
