"""What heads give as the cause of a lapse, how often, and what the owner of a form makes of it."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple

from reports.lapses import LapseCause


class Cause(NamedTuple):
    """How many of a hundred lapses have it, how likely it is excused, and what is written then."""

    share: int
    excused: float
    texts: Sequence[str]


CAUSES: Mapping[LapseCause, Cause] = {
    LapseCause.WAITING_FOR_FIGURES: Cause(
        35,
        0.15,
        (
            "Bộ phận chuyên môn gửi số liệu chậm, đơn vị đã nhắc và quy định lại thời hạn nội bộ.",
            "Số liệu của bộ phận một cửa có sau giờ hành chính ngày cuối hạn; từ kỳ sau chốt sớm một ngày.",
            "Chờ số liệu của hai phòng phối hợp; đơn vị đã phân công người thay khi người phụ trách vắng.",
        ),
    ),
    LapseCause.NOT_SIGNED: Cause(
        20,
        0.05,
        (
            "Lãnh đạo đi công tác, chưa kịp ký; đơn vị đã phân công cấp phó ký thay.",
            "Báo cáo trình ký chiều ngày cuối hạn, lãnh đạo họp nên ký vào sáng hôm sau.",
        ),
    ),
    LapseCause.FIGURES_DISAGREED: Cause(
        20,
        0.35,
        (
            "Số liệu chưa khớp với hệ thống một cửa điện tử, phải đối chiếu lại trước khi ký.",
            "Số hồ sơ kỳ trước chuyển sang lệch với hệ thống, đơn vị rà soát từng hồ sơ rồi mới gửi.",
        ),
    ),
    LapseCause.STAFF_CHANGED: Cause(
        10,
        0.25,
        (
            "Cán bộ phụ trách chuyển công tác, người mới nhận việc chưa quen biểu mẫu.",
            "Cán bộ đầu mối nghỉ thai sản, việc bàn giao chưa kịp thời.",
        ),
    ),
    LapseCause.BEING_CORRECTED: Cause(
        10,
        0.4,
        (
            "Đang sửa số liệu theo ý kiến thẩm tra nên gửi sau thời hạn.",
            "Báo cáo phải chỉnh lại một mục theo hướng dẫn của đơn vị chủ trì biểu mẫu.",
        ),
    ),
    LapseCause.NETWORK: Cause(
        5,
        0.8,
        (
            "Mất kết nối mạng tại trụ sở từ 15 giờ đến hết ngày, có xác nhận của đơn vị cung cấp.",
            "Sự cố điện trên địa bàn, không đăng nhập được trong buổi chiều cuối hạn.",
        ),
    ),
}
"""Each cause with its share; together a hundred."""

EXCUSED = (
    "Nguyên nhân khách quan, có xác nhận; chấp nhận giải trình.",
    "Đơn vị đã khắc phục ngay và có biện pháp cho kỳ sau; chấp nhận giải trình.",
)
NOT_EXCUSED = (
    "Đơn vị chưa chủ động; không chấp nhận giải trình, đề nghị rút kinh nghiệm.",
    "Nguyên nhân thuộc trách nhiệm của đơn vị; không chấp nhận giải trình.",
)
NOT_EXPLAINED = "Hết thời hạn giải trình mà đơn vị không giải trình."

OBJECTIONS = (
    "Báo cáo đã gửi bản giấy đúng hạn, đề nghị đối chiếu sổ công văn đến.",
    "Đơn vị đã gửi trước thời hạn nhưng hệ thống báo lỗi, có ảnh chụp màn hình.",
)
UPHELD = "Đã đối chiếu sổ công văn đến; đơn vị gửi đúng hạn."
NOT_UPHELD = "Đã kiểm tra nhật ký hệ thống; không có lần gửi nào trước thời hạn."


def drawn(random: Random) -> tuple[LapseCause, str]:
    """A cause, as often as its share, and what the head writes."""
    (cause,) = random.choices(list(CAUSES), [one.share for one in CAUSES.values()])
    return cause, random.choice(CAUSES[cause].texts)
