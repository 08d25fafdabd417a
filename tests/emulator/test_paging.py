"""Pages: Twilio's envelope, and tokens that rows which come and go do not disturb."""

from urllib.parse import parse_qs, urlsplit

import pytest


def names(answer):
    return [row["friendly_name"] for row in answer["workers"]]


def crew(site, count):
    return [site.made("/Workers", FriendlyName=f"w{number}") for number in range(count)]


def test_the_pages_hold_every_row_once_in_order(site):
    crew(site, 5)
    found, answer = [], site.get("/Workers?PageSize=2")
    sizes = []
    while True:
        found += names(answer)
        sizes.append(len(answer["workers"]))
        following = answer["meta"]["next_page_url"]
        if following is None:
            break
        answer = site.get(following)
    assert found == ["w0", "w1", "w2", "w3", "w4"]
    assert sizes == [2, 2, 1]


def test_a_full_last_page_is_known_to_be_the_last(site):
    crew(site, 4)
    second = site.get(site.get("/Workers?PageSize=2")["meta"]["next_page_url"])
    assert second["meta"]["next_page_url"] is None
    assert names(second) == ["w2", "w3"]


def test_a_full_only_page_is_known_to_be_the_only_one(site):
    crew(site, 2)
    assert site.get("/Workers?PageSize=2")["meta"]["next_page_url"] is None


def test_the_envelope_is_twilios(site):
    crew(site, 3)
    meta = site.get("/Workers?Available=false&PageSize=2&Page=0")["meta"]
    prefix = f"http://127.0.0.1:8900{site.workspace.path}/Workers?Available=false&PageSize=2"
    second = site.listed("/Workers")[1]["sid"]
    assert meta == {
        "key": "workers",
        "page": 0,
        "page_size": 2,
        "first_page_url": f"{prefix}&Page=0",
        "previous_page_url": None,
        "next_page_url": f"{prefix}&Page=1&PageToken=PA{second}",
        "url": f"{prefix}&Page=0",
    }


def test_the_page_before_is_found_by_its_own_token(site):
    crew(site, 5)
    second = site.get(site.get("/Workers?PageSize=2")["meta"]["next_page_url"])
    assert second["meta"]["page"] == 1
    first = site.get(second["meta"]["previous_page_url"])
    assert names(first) == ["w0", "w1"]
    assert first["meta"]["page"] == 0


def test_the_page_before_is_the_one_just_before(site):
    crew(site, 5)
    answer = site.get("/Workers?PageSize=2")
    for way in ("next_page_url", "next_page_url", "previous_page_url"):
        answer = site.get(answer["meta"][way])
    assert names(answer) == ["w2", "w3"]


def test_a_row_that_leaves_between_two_pages_shifts_nothing(site):
    workers = crew(site, 4)
    first = site.get("/Workers?PageSize=2")
    for gone in workers[:2]:
        site.delete(f"/Workers/{gone['sid']}")
    assert names(site.get(first["meta"]["next_page_url"])) == ["w2", "w3"]


def test_filters_are_repeated_in_the_addresses_as_they_came(site):
    crew(site, 3)
    url = site.get("/Workers?TargetWorkersExpression=1%3D%3D1&PageSize=1")["meta"]["next_page_url"]
    assert "TargetWorkersExpression=1%3D%3D1&" in url
    assert parse_qs(urlsplit(url).query)["PageSize"] == ["1"]


def test_a_page_number_without_a_token_is_refused_with_40153_but_for_page_0(site):
    answer = site.get("/Workers?Page=1")
    assert (answer.status, answer["code"]) == (400, 40153)
    assert site.get("/Workers?Page=0").status == 200


@pytest.mark.parametrize(
    "query", ["PageSize=0", "PageSize=1001", "PageSize=x", "Page=-1", "PageToken=x", "PageToken=PAWK00"]
)
def test_a_page_that_cannot_be_is_refused(site, query):
    answer = site.get(f"/Workers?{query}")
    assert (answer.status, answer["code"]) == (400, 20001)


def test_a_list_in_another_order_is_paged_in_that_order(site):
    available = site.activity("Available")
    for worker in reversed(crew(site, 4)):
        site.clock.advance(1)
        site.post(f"/Workers/{worker['sid']}", ActivitySid=available)
    found, url = [], "/Workers?Ordering=DateStatusChanged:asc&PageSize=3"
    while url:
        answer = site.get(url)
        found += names(answer)
        url = answer["meta"]["next_page_url"]
    assert found == ["w3", "w2", "w1", "w0"]
    back = site.get(answer["meta"]["previous_page_url"])
    assert names(back) == ["w3", "w2", "w1"]


def test_a_token_whose_row_has_left_an_ordered_list_is_refused_and_says_what_to_do(site):
    crew(site, 3)
    answer = site.get("/Workers?Ordering=DateStatusChanged:asc&PageSize=1")
    site.delete(f"/Workers/{answer['workers'][0]['sid']}")
    refused = site.get(answer["meta"]["next_page_url"])
    assert refused.status == 400
    assert "start at the first page" in refused["message"]


def test_the_default_page_has_50_rows(site):
    crew(site, 51)
    assert len(site.get("/Workers")["workers"]) == 50
    assert len(site.get("/Workers?PageSize=1000")["workers"]) == 51
