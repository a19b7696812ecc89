"""What kinds of bodies there are: the sector of an agency, and the slug of its id, from the name of the body.

The name of a body is what is left of an agency's name without its place: 生态环境局, 发展和改革委员会.
"""

from __future__ import annotations

import re

SECTORS: dict[str, str] = {
    "environment": "生态环境", "development": "发展和改革", "finance": "财政", "education": "教育", "science": "科技",
    "industry": "工业和信息化", "ethnic": "民族宗教", "police": "公安", "civil": "民政", "justice": "司法",
    "labour": "人力资源和社会保障", "land": "自然资源、规划", "ocean": "海洋与渔业", "housing": "住房和城乡建设",
    "urban": "城市管理", "transport": "交通运输", "water": "水利、水务", "agriculture": "农业农村",
    "forestry": "林业、园林", "commerce": "商务、招商", "culture": "文化和旅游", "media": "广播电视、新闻出版",
    "health": "卫生健康、中医药", "veterans": "退役军人事务", "emergency": "应急管理", "audit": "审计",
    "foreign": "外事、侨务、港澳台", "assets": "国有资产", "market": "市场监管", "drugs": "药品监督",
    "patents": "知识产权", "sport": "体育", "statistics": "统计", "insurance": "医疗保障", "petitions": "信访",
    "data": "数据、政务服务",
    "grain": "粮食和物资储备", "defence": "国防动员、国防科工", "logistics": "机关事务", "archives": "档案、地方志",
    "banking": "金融", "tax": "税务", "weather": "气象", "funds": "住房公积金", "cooperatives": "供销合作",
    "customs": "海关、口岸", "post": "邮政", "shipping": "海事", "energy": "能源", "security": "保密、密码、监狱、移民",
    "rails": "铁路", "aviation": "民航、航天", "scenic": "风景区管理", "office": "政府办公、参事、研究",
    "other": "其他",
}  # fmt: skip
"""Sector word to what it covers. A government, a township and a zone have no sector."""

_FIRST_WINS: tuple[tuple[str, str], ...] = (
    ("environment", r"生态环境|环境保护|环保|人居环境"),
    ("funds", r"公积金"), ("insurance", r"医疗保障|医保"), ("patents", r"知识产权"), ("drugs", r"药品监督"),
    ("grain", r"粮食"), ("petitions", r"信访"), ("assets", r"国有资产|国资"), ("logistics", r"机关事务"),
    ("weather", r"气象"), ("tax", r"税务"), ("post", r"邮政"), ("shipping", r"海事"), ("customs", r"海关|口岸"),
    ("veterans", r"退役军人"), ("emergency", r"应急管理|安全生产|矿山安全"), ("audit", r"审计"), ("police", r"公安"),
    ("security", r"监狱|保密|密码|移民|国家安全"), ("rails", r"铁路"), ("aviation", r"民用航空|航天"),
    ("development", r"发展(?:和)?改革"), ("finance", r"财政"), ("defence", r"国防|人民防空"),
    ("labour", r"人力资源|劳动|公务员"), ("ethnic", r"民族|宗教"), ("civil", r"民政"), ("justice", r"司法"),
    ("housing", r"住房|城乡建设|房产|公共工程|建设工程"), ("ocean", r"海洋"), ("media", r"广播电视总?局|新闻出版"),
    ("culture", r"文化|旅游|文物|文旅"), ("land", r"自然资源|国土|规划"), ("urban", r"城市管理|综合行政执法"),
    ("transport", r"交通|港口"), ("water", r"水利|水务|黄河|河务"), ("agriculture", r"农业|农村"),
    ("forestry", r"林业|园林|绿化"), ("cooperatives", r"供销"), ("commerce", r"商务|招商|投资促进|贸易促进"),
    ("health", r"卫生|中医"), ("banking", r"金融|银行|证券|外汇|保险"),
    ("market", r"市场监督|认证认可|标准化"), ("sport", r"体育"), ("statistics", r"统计|调查队"),
    ("data", r"数据|政务服务|行政审批|互联网|经济信息中心|基层治理"), ("education", r"教育|教体"),
    ("science", r"科学技术|科技|自然科学"), ("industry", r"工业|信息化"), ("archives", r"档案|地方志|方志"),
    ("energy", r"能源"), ("foreign", r"外事|外交|侨务|港澳|台湾|国际发展"), ("scenic", r"风景|陵园|中山陵"),
    ("office", r"办公[厅室]|参事|研究中心|行政学院|新闻办"),
)  # fmt: skip
"""Sector and what names it; the first that fits decides, so the rarer words stand before those they may hold."""

_SLUGS: dict[str, str] = {
    "发展和改革": "fg", "人力资源和社会保障": "rs", "住房和城乡建设": "zj", "文化广电和旅游": "wgl",
    "文化广电旅游": "wgl", "文化和旅游": "wl", "退役军人事务": "tyjr", "工业和信息化": "gx", "经济和信息化": "jx",
    "市场监督管理": "scjg", "医疗保障": "yb", "卫生健康": "wj", "国有资产监督管理": "gz", "机关事务管理": "jgsw",
    "民族宗教事务": "mzzj", "自然资源和规划": "zrzy", "规划和自然资源": "ghzy", "自然资源": "zrzy", "城市管理": "cg",
    "交通运输": "jt", "科学技术": "kj", "粮食和物资储备": "ls", "数据": "shuj", "水务": "shuiw", "外事": "ws",
    "国防动员": "gd", "农业农村": "nync", "供销合作总社": "gxs", "住房公积金管理中心": "gjj", "应急管理": "yjgl",
    "生态环境": "sthj", "地方金融管理": "jr", "地方金融监督管理": "jr", "林业和草原": "lc",
}  # fmt: skip
"""Slugs of bodies whose pinyin initials are not what everybody writes, or are another body's (审计 and 数据: sjj)."""

_ENDINGS = {"局": "j", "厅": "t", "委员会": "w", "委": "w", "办公室": "b", "办公厅": "b", "": ""}
_BODY = re.compile(r"(?:人民政府)?(.+?)(局|厅|委员会|委|办公室|办公厅|)")
_FILLERS = re.compile(r"[和与及、的（）()\s-]")


def sector_of(body: str) -> str:
    """The sector of a body by its name; `other` where none is told by it."""
    bare = body.replace("人民政府", "")  # which would read as 民政
    return next((sector for sector, pattern in _FIRST_WINS if re.search(pattern, bare)), "other")


def slug_of(body: str) -> str:
    """The slug of a body for the id of a new agency: 财政局 -> `czj`, 发展和改革委员会 -> `fgw`."""
    found = _BODY.fullmatch(body.removeprefix("人民政府"))
    stem, ending = (found[1], found[2]) if found else (body, "")
    short = _SLUGS.get(stem) or initials(stem)
    return short + _ENDINGS[ending]


def initials(name: str) -> str:
    """First letters of the pinyin of a name, in lower case, letters and digits only: 合水镇 -> `hsz`."""
    # Imported here: its dictionaries take longer to load than the registry, and only writers of rows need it.
    from pypinyin import Style, lazy_pinyin

    letters = "".join(lazy_pinyin(_FILLERS.sub("", name), style=Style.FIRST_LETTER))
    return re.sub(r"[^a-z0-9]", "", letters.lower())
