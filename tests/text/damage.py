"""Sentences for the tests of repairs; what breaks them is in `benchmarks.damage`."""

from __future__ import annotations

from benchmarks.damage import read_one_byte_off

__all__ = ["HEADINGS", "SENTENCES", "read_one_byte_off"]

HEADINGS = (
    "（一）主动公开情况。",
    "（二）政策解读工作。",
    "（三）依申请公开办理情况",
    "（四）政府信息公开平台建设情况。",
    "（五）教育培训及监督保障情况",
    "一、总体情况",
    "二、主动公开政府信息情况",
    "五、存在的主要问题及改进措施",
    "六、其他需要报告的事项",
    "（六）政务新媒体建设情况",
)
SENTENCES = (
    "2023年，我局收到政府信息公开申请十七件，均按时办结。",
    "全年通过门户网站主动公开信息三百余条，其中财政信息四条。",
    "没有因政府信息公开工作引起的行政复议和行政诉讼。",
    "我们认真听取群众意见，及时回应社会关切，不断改进工作方式。",
    "下一步将加强业务培训，提高工作人员的能力和水平。",
    "按照条例规定，本机关对现行有效的规范性文件进行了清理。",
)
