"""What units write, in Vietnamese: narratives, notes that explain a number, reasons of a return."""

from collections.abc import Mapping, Sequence
from random import Random

from reports.illustration import seasons
from reports.periods import Frequency, PeriodCode

RETURN_REASONS: Mapping[str, Sequence[str]] = {
    "BM-01": (
        "Số hồ sơ đang giải quyết chưa khớp với hệ thống một cửa điện tử, đề nghị rà soát lại.",
        "Số hồ sơ quá hạn thấp hơn số trên hệ thống một cửa, đề nghị kiểm tra từng lĩnh vực.",
    ),
    "BM-02": (
        "Số hồ sơ phải xử lý chưa khớp với hệ thống quản lý văn bản, đề nghị rà soát lại.",
        "Số văn bản đi ký số thấp hơn báo cáo của phần mềm, đề nghị kiểm tra.",
        "Hồ sơ kỳ trước chuyển sang chưa bằng số còn lại cuối kỳ trước.",
    ),
    "BM-03": (
        "Đề nghị tách rõ cuộc kiểm tra thực hiện toàn bộ và một phần qua môi trường số.",
        "Số kết luận ký số chưa có danh mục kèm theo, đề nghị đối chiếu.",
    ),
    "BM-04": (
        "Kết quả trong kỳ còn chung chung, đề nghị nêu sản phẩm cụ thể.",
        "Đề nghị bổ sung nguyên nhân chậm của nhiệm vụ được giao chủ trì.",
    ),
    "BM-05": (
        "Số người có mặt chưa khớp với danh sách cán bộ, công chức, đề nghị rà soát.",
        "Đề nghị làm rõ vụ việc phát hiện từ trước, chưa xử lý.",
    ),
    "BM-06": (
        "Số chế độ báo cáo đang hiệu lực chưa khớp với danh mục của Thành phố.",
        "Đề nghị kiểm tra lại số cơ sở dữ liệu đã kết nối.",
    ),
    "BM-07": (
        "Số hồ sơ trực tuyến chênh lệch với Cổng dịch vụ công, đề nghị kiểm tra.",
        "Đề nghị đối chiếu số hồ sơ tiếp nhận với hệ thống một cửa.",
    ),
}

SYSTEMS = (
    "Hệ thống quản lý văn bản và điều hành",
    "Hệ thống một cửa điện tử dùng chung",
    "Hệ thống hội nghị truyền hình trực tuyến",
    "Phần mềm theo dõi nhiệm vụ",
    "Cơ sở dữ liệu chuyên ngành",
)

INSPECTIONS = (
    "Đã ban hành quyết định, kế hoạch kiểm tra trên hệ thống quản lý văn bản.",
    "Hồ sơ, tài liệu của đối tượng kiểm tra được gửi trước qua môi trường mạng.",
    "Một số đối tượng chưa có chữ ký số nên biên bản vẫn phải lập bản giấy.",
    "Đề nghị Thành phố sớm ban hành hướng dẫn quy trình kiểm tra qua môi trường số.",
)

CONNECTIONS = (
    "Đã rà soát danh mục chế độ báo cáo đang hiệu lực và gửi Sở Thông tin và Truyền thông.",
    "Việc kết nối qua trục liên thông của Thành phố hoạt động ổn định.",
    "Một số cơ sở dữ liệu của bộ, ngành chưa mở giao diện kết nối.",
    "Đề nghị hướng dẫn chuẩn dữ liệu dùng chung để tiếp tục kết nối.",
)

DISCIPLINE = (
    "Đã quán triệt Chỉ thị tại giao ban và sinh hoạt chuyên đề trong tháng.",
    "Tổ kiểm tra công vụ của đơn vị kiểm tra đột xuất việc chấp hành thời giờ làm việc.",
    "Cán bộ, công chức chấp hành nghiêm quy định, không có phản ánh của người dân.",
    "Đề nghị tiếp tục duy trì kiểm tra công vụ không báo trước.",
)

RESULTS = (
    "Đã kiện toàn Ban Chỉ đạo chuyển đổi số và ban hành kế hoạch năm của đơn vị.",
    "Hoàn thành số hóa thêm một phần hồ sơ lưu trữ của đơn vị.",
    "Tỷ lệ hồ sơ công việc xử lý trên môi trường mạng tăng so với kỳ trước.",
    "Tổ chức tập huấn kỹ năng số cho cán bộ, công chức.",
)

OBSTACLES = (
    "Nhân lực công nghệ thông tin còn thiếu và kiêm nhiệm.",
    "Kinh phí được phân bổ chậm so với kế hoạch.",
    "Hệ thống của bộ, ngành chưa kết nối với hệ thống của Thành phố.",
    "Thủ tục lựa chọn nhà thầu kéo dài.",
)

REQUESTS = (
    "Đề nghị Sở Tài chính sớm thẩm định dự toán.",
    "Đề nghị Sở Thông tin và Truyền thông hướng dẫn tiêu chuẩn kỹ thuật kết nối.",
    "Đề nghị Thành phố bổ sung biên chế chuyên trách công nghệ thông tin.",
)

ANSWERS = (
    "Đã tiếp nhận; đơn vị sẽ làm việc với các cơ quan liên quan và trả lời trong kỳ tới.",
    "Đã có văn bản hướng dẫn, đề nghị đơn vị thực hiện theo hướng dẫn.",
    "Nội dung đã được tổng hợp, báo cáo Ủy ban nhân dân Thành phố xem xét.",
)
"""Of requests."""

TASK_RESULTS: Mapping[bool, Sequence[str]] = {
    True: ("Đang xây dựng kế hoạch chi tiết, chưa triển khai.",),
    False: (
        "Đã hoàn thành dự thảo và lấy ý kiến các cơ quan liên quan.",
        "Đã hoàn thành khảo sát hiện trạng và đề xuất phương án.",
        "Đang triển khai thí điểm tại một số đơn vị.",
        "Đã tổ chức thực hiện theo kế hoạch, có báo cáo kết quả bước đầu.",
    ),
}
"""By whether the task has not begun yet."""

NOTES = {
    seasons.EVENT: "Ảnh hưởng của thời gian giãn cách xã hội từ 24/7 đến 21/9/2021.",
    seasons.SEASON: "Trùng kỳ nghỉ Tết Nguyên đán và thời gian cao điểm sau Tết.",
    "holiday": "Tuần có ngày nghỉ lễ hoặc liền sau tuần nghỉ lễ.",
    "change_of_work": "Khối lượng công việc trong kỳ thay đổi so với các kỳ trước; số liệu đã được đối chiếu.",
    "unchanged": "Vướng mắc đã nêu ở kỳ trước chưa được tháo gỡ.",
    "peers": "Đặc thù lĩnh vực, địa bàn của đơn vị; số liệu đã được đối chiếu với hệ thống.",
}


def told(sentences: Sequence[str], random: Random) -> str:
    """Two of these sentences, in their order."""
    chosen = sorted(random.sample(range(len(sentences)), 2))
    return " ".join(sentences[place] for place in chosen)


def explanation(problem: str, code: PeriodCode) -> tuple[str, str]:
    """The cause (a key of labels.CAUSES) and the note by which a unit explains a warning with that code."""
    if problem in ("unlike_peers", "obstacle_unchanged"):
        return "other", NOTES["peers" if problem == "unlike_peers" else "unchanged"]
    cause = seasons.cause(code) or "change_of_work"
    return cause, NOTES["holiday" if code.frequency == Frequency.WEEK else cause]
