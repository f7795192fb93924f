"""Vietnamese order and search: what a dictionary does, and what people type in a hurry."""

import random

import pytest

from accounts.models import Unit, unit_search_key, unit_sort_key
from accounts.vietnamese import folded, proper_name, sort_key

IN_ORDER = (
    # letters before tones, tones in the dictionary's order, đ after d, ă and â after a
    ("ba", "bà", "bả", "bã", "bá", "bạ", "bă", "bằ", "bâ", "bầ", "be"),
    ("An Khánh", "Ân Thi", "Ba Đình", "Bạch Mai", "Cầu Giấy"),
    ("Dân Hoà", "Dương Nội", "Đại Mỗ", "Đống Đa"),
    ("Hoà Bình", "Hoàn Kiếm", "Hoàng Mai", "Hồng Hà", "Hợp Tiến", "Hương Sơn"),
    ("Phúc Diễn", "Phúc La", "Phúc Xá", "Phức Hoà", "Phương Mai"),
    # a shorter name before a longer one that begins with it
    ("Minh Khai", "Minh Khai Nam"),
    # numbers by their value
    ("Phường 2", "Phường 10", "Phường 100"),
)


@pytest.mark.parametrize("names", IN_ORDER, ids=lambda names: names[0])
def test_names_sort_as_in_the_dictionary(names):
    shuffled = random.Random(7).sample(names, len(names))
    assert tuple(sorted(shuffled, key=sort_key)) == names


def test_capitals_and_composition_do_not_change_the_order():
    assert sort_key("ĐỐNG ĐA") == sort_key("đống đa")
    assert sort_key("Đống Đa") == sort_key("Đo\u0302\u0301ng Đa")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Đống Đa", "dong da"),
        ("  QUẬN   Hai Bà Trưng ", "quan hai ba trung"),
        ("Ưu tiên ở Ỷ La", "uu tien o y la"),
        ("Đo\u0302\u0301ng", "dong"),
        ("", ""),
    ],
)
def test_folding_leaves_plain_small_letters(typed, found):
    assert folded(typed) == found


@pytest.mark.parametrize(
    ("name", "proper"),
    [
        ("Quận Ba Đình", "Ba Đình"),
        ("Thị trấn Phúc Thọ", "Phúc Thọ"),
        ("Xã Xuân Nộn", "Xuân Nộn"),
        ("Thị xã Sơn Tây", "Sơn Tây"),
        ("Sở Y tế", "Sở Y tế"),
        ("Xãnh", "Xãnh"),
    ],
)
def test_a_place_has_a_name_without_its_title(name, proper):
    assert proper_name(name) == proper


def test_places_sort_by_their_proper_name_whatever_their_title():
    names = ["Xã Yên Bài", "Phường Ô Chợ Dừa", "Thị trấn Sóc Sơn", "Quận Ba Đình", "Huyện Ba Vì", "Phường Đại Mỗ"]
    units = sorted((Unit(name=name) for name in names), key=unit_sort_key)
    assert [unit.name for unit in units] == [
        "Quận Ba Đình",
        "Huyện Ba Vì",
        "Phường Đại Mỗ",
        "Phường Ô Chợ Dừa",
        "Thị trấn Sóc Sơn",
        "Xã Yên Bài",
    ]


def test_a_unit_is_found_by_name_short_name_and_code():
    assert unit_search_key(Unit(name="Sở Y tế", short_name="SYT", code="H26")) == "so y te syt h26"
