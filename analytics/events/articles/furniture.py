"""Words by which a page shows that it is not telling its story.

In: one cleaned line in Simplified characters. Out: what kind of furniture it is, if any. It must
not know where the line stands. Patterns have no nested or unbounded repetition.
"""

from __future__ import annotations

import re

from analytics.events.articles.page import Line

# A paragraph with one of these is legal text, an imprint or an invitation, however long it is.
INLINE = re.compile(
    r"^\W{0,3}(?:also read|read also|read more|see also|related|recommended|more on this|"
    r"推荐阅读|延伸阅读|相关阅读|相关新闻|更多新闻|看更多|你可能喜欢)\s?[::]",
    re.IGNORECASE,
)
STRONG = re.compile(
    r"免责声明|版权所有|版权归|保留(?:一切|所有)?权利|不得(?:转载|以任何|复制)|"
    r"[严嚴]禁转载|转载请|未经.{0,12}(?:转载|书面)|"
    r"不构成.{0,12}(?:建议|邀约|要约)|非投资建议|投资(?:涉及|有)风险|仅供(?:参考|"
    r"一般)|恕不另行通知|概不负责|"
    r"不.{0,30}(?:承担|负).{0,8}责任|不对.{0,60}负责|自负.{0,4}责任|"
    r"不.{0,8}保证.{0,30}(?:准确|正确|可靠)|"
    r"不作.{0,20}(?:陈述|保证|担保)|竭力确保|明示或|独立专业意见|过往(?:业绩|表现|"
    r"之表现)|解释为.{0,10}建议|"
    r"管辖权|(?:条款|协议).{0,20}(?:同意|接受|约束)|同意.{0,20}(?:条款|风险|约束)|"
    r"权.{0,6}删除|风险.{0,10}自行承担|"
    r"微信公众号|扫码|扫一扫|扫描(?:二维码|.方)|二维码|欢迎(?:投稿|订阅|关注|扫)|"
    r"即时串流报价|资料延迟|新闻线索|"
    r"公众号|提供更多信息|文章信息的|本网(?:站|通知)|旗下的视频|最终解释权|"
    r"all rights reserved|privacy policy|terms (?:of (?:use|service)|and "
    r"conditions)|cookie (?:policy|settings|notice)|"
    r"(?:uses?|using|accept|manage) (?:all )?cookies|constitute.{0,60}(?:advice|"
    r"offer|solicitation|recommendation)|"
    r"(?:not|nor).{0,30}investment advice|past performance|without (?:our |the |"
    r"its |express |prior |written ){1,4}(?:permission|consent)|"
    r"views expressed|for informational purposes|informational purposes only|no "
    r"(?:warranty|warranties|liability)|"
    r"(?:assumes?|accepts?|disclaims?).{0,30}(?:liability|responsibility|warrant)|"
    r"(?:is|was) (?:a|an|our|the) .{0,40}(?:reporter|correspondent|staff writer|"
    r"journalist|columnist)\b|"
    r"sign up (?:for|to|here)|subscribe (?:to|now|for|today)|our (?:daily |weekly "
    r"|free |morning ){0,2}newsletter|"
    r"(?:reporting|editing|writing) by |additional reporting|our standards|"
    r"registered (?:in|office)|"
    r"quotes? (?:are |is )?delayed|delayed (?:at least|by) \d|©|\(c\) ?(?:19|"
    r"20)\d\d|copyright (?:19|20)\d\d|"
    r"log ?in to (?:comment|post)|download (?:the|our) app|follow us on|"
    r"registered trademarks?|\bcovers [a-z]{1,20}(?: and [a-z]{1,20})?\. ",
    re.IGNORECASE,
)
# These say it only in a short line, or where several of them stand together.
WEAK = re.compile(
    r"订阅|登录|登入|注册|会员|广告|点击|点赞|收藏|分享|转发|评论|留言|浏览|"
    r"阅读量|编辑|责编|校对|来源|作者|记者|邮箱|"
    r"客服|热线|电话|下载|关注|网友|上一篇|下一篇|首页|频道|导航|联系我们|隐私|声明|备案|举报|"
    r"\b(?:subscribe|newsletter|log ?in|sign ?in|sign ?up|share|tweet|follow|"
    r"advert\w*|sponsored|cookies?|menu|search|"
    r"comments?|e-?mail|photo|image|getty|minute read|min read|copyright|terms|"
    r"contact|careers|help|home)\b",
    re.IGNORECASE,
)
# A heading under which other stories, other people or the lawyers stand.
HARD = re.compile(
    r"^\W{0,3}(?:相关(?:新闻|阅读|文章|报导|报道|推荐|股份|资讯|链接|内容|个股|"
    r"标签|话题)|延伸阅读|(?:为您|为你|编辑|好文|精彩|商品)?推荐|"
    r"推荐(?:阅读|新闻|文章|给您)|猜你喜欢|大家都在看|热门|热点|热搜|最热|"
    r"最新(?:新闻|消息|简历|文章|快讯|职位|发布)|"
    r"(?:点击|阅读|本周|今日|人气|24小时).{0,4}(?:排行|热门|热榜)|排行榜|"
    r"更多(?:新闻|文章|内容|精彩|报导|报道)|看更多|(?:网友|读者|全部|"
    r"最新)?(?:评论|留言|讨论)(?:区|\W|$)|"
    r"免责|(?:版权|法律|风险|重要).{0,2}(?:声明|提示|提醒)|关于(?:我们|作者|本站|"
    r"本网)|作者简介|往期|编辑精选|"
    r"招聘|职缺|征才|求职|展会|活动(?:预告|资讯)|您?可能(?:也)?(?:喜欢|感兴趣|"
    r"有兴趣)|其他新闻|同类新闻|今日要闻|即时新闻|快讯$|\d{0,5}\s?(?:则|"
    r"条)(?:留言|评论)|"
    r"related\b|more (?:from|on|in|stories|news|headlines|about|coverage)|most "
    r"(?:read|popular|viewed|shared)|"
    r"read (?:more|next|also)|recommended|trending|you (?:may|might) (?:also|"
    r"like)|also (?:on|in|read)|editor'?s'? (?:picks?|choice)|"
    r"(?:top|other|latest|today'?s) (?:stories|news|headlines|posts)|in other "
    r"news|(?:reader )?comments?\b|\d{1,5} comments|"
    r"leave a (?:comment|reply)|join the (?:conversation|discussion)|disclaimer|"
    r"disclosures?\b|important (?:information|notice)|risk (?:warning|notice)|"
    r"about (?:the author|us|this site)|jobs?\b|careers\b|vacanc|hiring|we'?re "
    r"hiring|job (?:board|openings|listings|alerts)|"
    r"legal notice|promoted|sponsored|from our partners|from the web|what to read|"
    r"up next|popular\b|don'?t miss|"
    r"market (?:data|snapshot|summary|movers)|markets at a glance|stocks? to "
    r"watch|watch ?list|latest (?:videos?|jobs|resumes)|events calendar|upcoming "
    r"events)",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[。！？]|[.!?][\"'”’)\]]{0,2}(?:\s|$)")
TEASER_END = re.compile(
    r"(?:\.{2,}|…|\[\+\]|(?:read|see) more|阅读全文|全文|更多)\W{0,3}$", re.IGNORECASE
)
TAIL = 24  # characters at the end of a line that show a teaser
HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
LATIN_WEIGHT = 0.4  # a Latin letter says about as much as two fifths of a Han character


def weight(text: str) -> float:
    """How much a text says, in Han characters.

    Examples
    --------
    >>> weight("台積電 TSMC")
    4.6
    """
    han = len(HAN.findall(text))
    return round(han + LATIN_WEIGHT * sum(one.isalnum() and one.isascii() for one in text), 1)


def is_legal(line: Line) -> bool:
    """Whether a line is legal text, an imprint, a credit or an invitation."""
    if STRONG.search(line.plain) or INLINE.match(line.plain):
        return True
    found = {one.lower() for one in WEAK.findall(line.plain[:2000])}
    size = weight(line.text)
    return len(found) >= (1 if size < 14 else 2 if size < 40 else 4)


def is_hard_heading(line: Line) -> bool:
    """Whether a line is the heading of something else: related stories, comments, a disclaimer."""
    short = weight(line.text) <= 16 and len(line.text) <= 60
    return short and not SENTENCE_END.search(line.plain) and bool(HARD.match(line.plain))


def is_masked(line: Line) -> bool:
    """Whether a line hides a name behind stars."""
    return "*" in line.text and bool(re.search(r"[\u3400-\u9fffA-Za-z]\*{1,4}(?!\*)", line.text))


def is_prose(line: Line) -> bool:
    """Whether a line tells something in whole sentences."""
    if line.links > 0.5 or is_masked(line) or TEASER_END.search(line.plain[-TAIL:]):
        return False
    size = weight(line.text)
    if HAN.search(line.text) and size >= 0.5 * len(line.text):
        if line.plain.endswith("。") and "。" not in line.plain[:-1]:
            return size >= 6
        closed = "。" in line.plain or line.plain.rstrip()[-1:] in "!?」”』"
        return size >= 16 and closed and any(one in line.plain for one in ",，、。;；")
    words = line.text.count(" ") + 1
    closed = bool(re.search(r"[a-z0-9%][.!?][\"'”’)]{0,2}$", line.text))
    return words >= (4 if closed else 8) and bool(SENTENCE_END.search(line.plain))
