"""Kinds of trouble that people report of real files, each in wordings and formats of our own: from `init` to the store."""

from __future__ import annotations

import io
import json

import pytest
from real_files import FILLER, StudyFolder, sentences

from analysis.study.settings import corpus_folder

FORMULA = "Both sides called China and Cambodia ironclad friends and spoke of the neutral path of the kingdom."
NOTICE = "Readers of this paper find the weather of the week and the times of all boats on page fourteen."
KHMER = "មិត្តភាពដែកថែបរវាងកម្ពុជានិងចិនត្រូវបានលើកតម្កើងដោយរដ្ឋមន្ត្រីនៅរាជធានីភ្នំពេញនៅថ្ងៃអង្គារ។ "
THAI = "ความสัมพันธ์ระหว่างสองประเทศได้รับการยกย่องจากรัฐมนตรีในเมืองหลวงเมื่อวันอังคารที่ผ่านมา "


@pytest.fixture
def study(tmp_path, root, monkeypatch):
    monkeypatch.setenv("DISCOURSE_CORPUS", str(root / "corpus"))
    return lambda files: StudyFolder(tmp_path, files)


def csv_of(rows, header="id,date,outlet,title,text"):
    return "\n".join([header, *(",".join(f'"{cell}"' for cell in row) for row in rows)]) + "\n"


def front(text, **fields):
    return "---\n" + "".join(f"{k}: {v}\n" for k, v in fields.items()) + f"---\n{text}\n"


# A. Repeated paragraphs


def test_a1_an_article_that_one_outlet_carries_four_times_is_one_story_of_four(study):
    body = sentences(7, 1)
    files = {f"khmer_times/x{i}.txt": "\n\n".join([*body[:6], FORMULA]) for i in range(4)}
    files |= {f"khmer_times/y{i}.txt": "\n\n".join(sentences(7, 50 + i)) for i in range(6)}
    s = study(files).init()
    assert len(s.kept()) == 10
    store, _ = s.build()
    sizes = store.table("documents")["cluster_size"].tolist()
    assert sorted(sizes) == [1] * 6 + [4] * 4
    assert (store.table("hits")["frame"] == "ironclad").sum() == 4 == len(s.kwic("frame:ironclad"))


def test_a2_a_notice_goes_but_once_and_is_listed_with_the_line_that_keeps_it(study):
    texts = [[*sentences(6, 100 + i), NOTICE] for i in range(8)]
    s = study(
        {
            "a.jsonl": "\n".join(
                json.dumps({"id": f"n{i}", "date": "2023-08-10", "outlet": "Khmer Times", "text": "\n\n".join(t)})
                for i, t in enumerate(texts)
            )
        }
    ).init()
    rows = s.kept()
    assert [NOTICE in row["text"] for row in rows] == [True] + [False] * 7
    assert NOTICE[:30] in s.seen and "keep" in s.seen and "8" in s.seen
    assert len(s.kwic("boats on page")) == 1


def test_a3_a_hit_in_an_edge_paragraph_of_a_speech_is_counted_in_every_copy(study):
    rows = [
        (f"s{i}", f"2023-08-1{i}", "Khmer Times", f"Part {i}", "\n\n".join([FORMULA, *sentences(5, 200 + i)]))
        for i in range(9)
    ]
    s = study({"a.csv": csv_of(rows)}).init()
    store, _ = s.build()
    assert (store.table("hits")["frame"] == "ironclad").sum() == 9 == len(s.kwic("entry:ironclad_friend"))


# G. Columns that init guesses


def test_g1_schema_org_rows_name_body_and_day_of_publication(study):
    rows = [
        {
            "@type": "NewsArticle",
            "headline": f"Leaders meet {i}",
            "description": "A teaser of the day for the reader.",
            "articleBody": f"{FILLER} The ironclad bond, part {i}.",
            "dateCreated": f"2023-08-0{i + 1}",
            "dateModified": "2024-02-02",
            "datePublished": f"2023-08-1{i}T08:00:00+07:00",
            "publisher": "Khmer Times",
            "mainEntityOfPage": f"https://www.khmertimeskh.com/50{i}/",
        }
        for i in range(3)
    ]
    kept = study({"ld.json": json.dumps(rows)}).init().kept()
    assert [row["published"] for row in kept] == ["2023-08-10", "2023-08-11", "2023-08-12"]
    assert all("ironclad" in row["text"] for row in kept)


def test_g2_a_feed_table_has_its_content_and_a_crawl_date_is_called_one(study):
    header = "guid,fetched_at,link,title,summary,content"
    rows = [
        (
            f"g{i}",
            "2024-03-01",
            f"https://www.khmertimeskh.com/50{i}/",
            f"Part {i}",
            "A short summary.",
            f"{FILLER} ironclad {i}",
        )
        for i in range(3)
    ]
    s = study({"feed.csv": csv_of(rows, header)}).init()
    kept = s.kept()
    assert all("ironclad" in row["text"] for row in kept) and len(kept) == 3
    assert {row["date_basis"] for row in kept} <= {"none", "crawl"}
    assert "crawl" in s.seen + s.sources or "fetched" in s.sources


def test_g3_a_telegram_export_and_a_media_cloud_table_are_known_by_name(study):
    messages = [
        {
            "id": i,
            "type": "message",
            "date": f"2023-08-2{i}T10:00:00",
            "date_unixtime": str(1692612000 + 86400 * i),
            "edited": "2024-01-01T10:00:00",
            "from": "Fresh News",
            "from_id": "channel1",
            "text": [f"{FILLER} The ironclad ", {"type": "bold", "text": "friendship"}, f" of part {i}."],
        }
        for i in range(1, 4)
    ]
    s = study(
        {"result.json": json.dumps({"name": "Fresh News", "type": "public_channel", "id": 1, "messages": messages})}
    )
    kept = s.init().kept()
    assert [row["published"] for row in kept] == ["2023-08-21", "2023-08-22", "2023-08-23"]
    assert all("ironclad friendship of part" in row["text"] for row in kept)


def test_g4_addresses_are_never_texts(study):
    header = "doc,published_on,outlet,long_address"
    rows = [
        (i, "2023-08-10", "Khmer Times", f"https://www.khmertimeskh.com/501/{'a-long-name-of-an-article-' * 5}{i}/")
        for i in range(3)
    ]
    s = study({"a.csv": csv_of(rows, header)}).init()
    assert not [row for row in s.kept() if (row["text"] or "").startswith("http")]


# H. Dates

ZONED = {
    "2023-08-21T18:15:00.000+00:00": "2023-08-22",
    "Mon, 21 Aug 2023 18:15:00 +0000": "2023-08-22",
    "1692641700000": "2023-08-22",
    "1692641700000000": "2023-08-22",
    "20230821181500": "2023-08-21",
    "Aug 21, 2023 at 2:15 p.m. ET": "2023-08-22",
    "2023-08-21 18:15:00 UTC": "2023-08-22",
}


def lines_of(dates):
    return "\n".join(
        json.dumps({"id": f"d{i}", "date": d, "outlet": "Khmer Times", "text": FILLER}) for i, d in enumerate(dates)
    )


def test_h1_moments_are_days_of_the_zone_that_the_source_names(study):
    s = study({"a.jsonl": lines_of(ZONED)}).init()
    s.edit("may_print_title = false", 'time_zone = "Asia/Phnom_Penh"\nmay_print_title = false')
    assert [row["published"] for row in s.records()] == list(ZONED.values())


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        (1692641700000000, "2023-08-21"),
        ("1692641700123456", "2023-08-21"),
        (1692641700.5, "2023-08-21"),
        ("2023, August 22", "2023-08-22"),
        ("2023-Aug-22", "2023-08-22"),
        ("Published: 20 August 2023 | Updated: 25 August 2023", "2023-08-20"),
        ("Modified 25 Aug 2023 (posted 20 Aug 2023)", "2023-08-20"),
        ("1970-01-01", None),
        ("0", None),
        (0, None),
        ("Posted on 20 August 2023 and 25 August 2023", None),
    ],
)
def test_h2_odd_moments_are_read_or_refused(study, printed, day):
    (row,) = study({"a.jsonl": lines_of([printed])}).init().records()
    assert row["published"] == day
    assert row["kept"] == (day is not None)


def test_h2_a_day_after_today_is_named(study):
    s = study({"a.jsonl": lines_of(["2099-08-22", "2023-08-22"])}).init()
    assert s.run("check", s.root).exit_code == 0
    assert "2099-08-22" in s.seen and "after today" in s.seen


def test_h3_parquet_moments_with_a_zone_and_workbook_cells_follow_the_source(study):
    import datetime as dt

    import pyarrow as pa
    import pyarrow.parquet as pq

    moments = pa.array([dt.datetime(2023, 8, 21, 18, 15, tzinfo=dt.UTC)] * 2, pa.timestamp("us", "UTC"))
    sink = io.BytesIO()
    pq.write_table(
        pa.table({"id": ["a", "b"], "date": moments, "outlet": ["Khmer Times"] * 2, "text": [FILLER] * 2}), sink
    )
    s = study({"a.parquet": sink.getvalue()}).init()
    assert [row["published"] for row in s.records()] == ["2023-08-21"] * 2
    s.edit("may_print_title = false", 'time_zone = "Asia/Phnom_Penh"\nmay_print_title = false')
    assert [row["published"] for row in s.records()] == ["2023-08-22"] * 2


def test_h4_a_saved_page_is_dated_by_its_stamp_with_the_zone(study):
    stamp = "2023-08-22T01:15:00+07:00"
    page = (
        '<!doctype html><html lang="en"><head><title>Leaders meet</title>'
        f'<meta property="article:published_time" content="{stamp}">'
        '<meta property="article:modified_time" content="2023-09-30T01:15:00+07:00">'
        '<meta property="og:site_name" content="Khmer Times"></head><body><article><h1>Leaders meet</h1>'
        f"<p>{FILLER}</p><p>{' '.join(sentences(4, 5))}</p><p>{' '.join(sentences(4, 6))}</p></article></body></html>"
    )
    (row,) = study({"a.html": page}).init().kept()
    assert (row["published"], row["date_basis"]) == ("2023-08-22", "page")


# K. Sentences that look like boilerplate

LAST = [
    "Views on the ironclad friendship are changing in the villages of the north, the farmers said.",
    "In his opinion is the ironclad friendship of more use than any road.",
    "Sok Dara is an analyst who calls the ironclad friendship a bridge that carries both sides.",
    "Chan Sophea is the lawyer who wrote that the ironclad friendship binds nobody.",
    "Copyright law was no part of the ironclad friendship, the minister told the traders.",
    "Share of the ironclad friendship in the talks: one half, said the report.",
    "Photo by photo the ironclad friendship was shown to the guests in the hall.",
    "Subscribe to the ironclad friendship or leave the hall, the speaker told them.",
    "Latest in the ironclad friendship is a road from the harbour to the border.",
    "Editing by the ministry left the words ironclad friendship in the text, the paper found.",
]


@pytest.mark.parametrize("number", range(len(LAST)))
def test_k_a_last_sentence_that_looks_like_a_notice_stays(study, number):
    s = study({"khmer_times/a.md": f"{FILLER}\n\n{' '.join(sentences(3, number))}\n\n{LAST[number]}\n"}).init()
    assert len(s.kwic("ironclad*")) == 1


# L. Names of folders and files


@pytest.mark.parametrize("folder", ["Khmer [Times] 2023", "a*b", "what?", "Nexis {1}", "[x"])
def test_l_any_name_of_a_folder_or_file(study, folder):
    files = {f"{folder}/[1] first.md": f"{FILLER} ironclad", f"{folder}/second.md": f"{FILLER} ironclad two"}
    files[f"{folder}/table [old].csv"] = csv_of([("t1", "2023-08-10", "Khmer Times", "One", FILLER)])
    assert len(study(files).init().kept()) == 3


# S. Searching


@pytest.mark.parametrize(
    "pattern",
    [
        "ironclad | neutral",
        "'ironclad'",
        "(ironclad OR neutral)",
        "ironclad or steel",
        "“ironclad” OR ”neutral”",
        "iron-clad OR neutral*",
        "ironclad,neutral",
    ],
)
def test_s1_what_people_type_is_found_or_explained(study, pattern):
    s = study({"khmer_times/a.txt": f"{FILLER} The ironclad bond and the neutral line were praised."}).init()
    s.seen = ""
    done = s.run("kwic", pattern, "--study", s.root)
    assert done.exit_code == 0 and done.output.splitlines()[-1] in ("1 line", "2 lines"), done.output


@pytest.mark.parametrize(
    "pattern", ["ironclad AND neutral", "NOT neutral", "ironclad NEAR/5 neutral", "iron+clad", "*", "/iron.*/"]
)
def test_s2_operators_that_no_concordance_knows_are_refused_with_the_notation(study, pattern):
    s = study({"khmer_times/a.txt": f"{FILLER} The ironclad bond and the neutral line were praised."}).init()
    s.seen = ""
    done = s.run("kwic", pattern, "--study", s.root)
    assert done.exit_code != 0 and "(a|b)" in done.output and "Traceback" not in done.output


# T. Khmer and Thai


@pytest.mark.parametrize("other", [KHMER, THAI], ids=["khmer", "thai"])
def test_t1_a_text_in_another_script_below_does_not_multiply_the_words(study, other):
    english = "\n\n".join([*sentences(10, 5), FORMULA])
    s = study(
        {
            "khmer_times/a.txt": english,
            "khmer_times/b.txt": english.replace("Both", "All") + "\n\n" + other * 8,
            "khmer_times/c.txt": "\n\n".join(sentences(10, 6)),
        }
    ).init()
    store, _ = s.build()
    counts = store.table("documents")["token_count"]
    assert len(counts) == 3 and counts.max() <= 1.2 * counts.min()


def test_t2_the_english_half_of_a_text_in_two_languages_is_named(study):
    english = "\n\n".join([*sentences(10, 5), FORMULA])
    s = study({"khmer_times/a.txt": THAI * 12 + "\n\n" + english}).init()
    (row,) = s.records()
    assert row["kept"] or "English" in row["reason"]


# U. Dates and outlets in names


@pytest.mark.parametrize(
    ("name", "day", "outlet"),
    [
        ("20230822 Khmer Times - A bridge.md", "2023-08-22", "khmer_times"),
        ("khmer_times/2023/08/22/a-bridge.txt", "2023-08-22", "khmer_times"),
        ("phnom-penh-post_22-Aug-2023_bridge.txt", "2023-08-22", "phnom_penh_post"),
        ("Khmer Times/22 August 2023 bridge.txt", "2023-08-22", "khmer_times"),
        ("clips/KT_2023_08_22.txt", "2023-08-22", "khmer_times"),
    ],
)
def test_u1_day_and_outlet_are_taken_from_names(study, name, day, outlet):
    s = study({name: FILLER, "other/plain.txt": FILLER}).init()
    (row,) = [row for row in s.kept() if "plain" not in row["origin"]]
    assert (row["published"], row["outlet"], row["date_basis"]) == (day, outlet, "file name")


def test_u2_a_number_in_a_name_is_no_date(study):
    (row,) = study({"khmer_times/report-20239999-501334.txt": FILLER}).init().records()
    assert (row["kept"], row["published"]) == (True, None)


def test_u3_a_line_below_the_headline_gives_the_day(study):
    one = f"Leaders meet in the capital\n\nBy A. Example\n\n17 February 2021\n\n{FILLER}"
    two = f"A bridge is opened\n\nPublished: 9 September 2023\n\n{FILLER}"
    three = f"A road\n\n{FILLER}\n\nThe talks of 9 September 2023 were long."
    s = study({"khmer_times/one.txt": one, "khmer_times/two.txt": two, "khmer_times/zzz.txt": three}).init()
    rows = {row["origin"][-7:]: row for row in s.kept()}
    assert [rows[n]["published"] for n in ("one.txt", "two.txt", "zzz.txt")] == ["2021-02-17", "2023-09-09", None]
    assert rows["one.txt"]["date_basis"] == "text"


# The way out for what is undated, and files that nobody reads


def test_undated_documents_get_a_correction_block_each(study):
    s = study({f"khmer_times/{i}.txt": f"{FILLER} Part {i}." for i in range(3)}).init()
    ids = [row["id"] for row in s.kept()]
    assert "3 of 3 records would be kept" in s.seen and "3 " in s.seen and "no era" in s.seen
    assert len(set(ids)) == 3
    blocks = (s.root / "corpus" / "fill_in.txt").read_text(encoding="utf-8")
    assert blocks.count("[[correction]]") == 3
    filled = blocks.replace('set = { date = ""', 'set = { date = "2023-09-09"')
    path = s.root / "corpus" / "corrections.toml"
    path.write_text(path.read_text(encoding="utf-8") + filled, encoding="utf-8")
    assert {(row["published"], row["date_basis"]) for row in s.kept()} == {("2023-09-09", "declared")}
    assert not (s.root / "corpus" / "fill_in.txt").exists()


def test_files_put_there_after_init_are_named(study):
    s = study({"khmer_times/a.txt": FILLER}).init()
    s.put("khmer_times/b.md", FILLER)
    s.put("khmer_times/old.wpd", b"abc")
    s.seen = ""
    s.run("check", s.root)
    assert "khmer_times/b.md" in s.seen and "khmer_times/old.wpd" in s.seen


def test_the_corpus_folder_of_the_program_is_the_one_of_this_project(root):
    assert corpus_folder() == root / "corpus"
