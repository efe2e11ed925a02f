"""The declared contract of every table in the public store.

A contract says what one row is, which columns form the key, and each column's type, unit and allowed values. It is
checked at each write and each read; nothing else in the package repeats a column's meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.errors import ContractError, not_allowed

if TYPE_CHECKING:
    import pyarrow as pa

    from analysis.study.declaration import Study

DATE_PRECISIONS = ("day", "month", "year", "none")
DATE_BASES = ("declared", "page", "text", "file name", "crawl", "none")
ZONES = ("title", "lead", "body")
VOICES = ("own", "quoted", "reported")
ABOUT = ("focal", "other", "none")
ABOUT_BASES = ("clause", "sentence", "paragraph", "document", "none")
STANCES = ("claimed", "ascribed", "rejected")
SPEAKER_ROLES = (
    "head_of_state",
    "head_of_government",
    "minister",
    "official",
    "spokesperson",
    "military",
    "diplomat",
    "opposition",
    "analyst",
    "report",
    "media",
    "organisation",
    "business",
    "citizen",
    "anonymous",
    "other",
)
HIT_KINDS = ("hit", "elsewhere")
CODING_KINDS = (*HIT_KINDS, "beside", "excluded", "synonym", "plain", "rest")
FRAME_ANSWERS = ("yes", "borderline", "no", "unclear")
ABOUT_ANSWERS = (*ABOUT, "unclear")
VOICE_ANSWERS = (*VOICES, "unclear")
YES_NO = ("no", "yes", "unclear")
CODER_KINDS = ("person", "language_model")
POOLED_TERM = "<pooled>"
POOLED_TERM_ID = 0


@dataclass(frozen=True)
class Column:
    """One column: its name, storage type, whether it may be null, its unit or meaning, and its allowed values.

    declared: the list of the study (`Study.ids`) that holds the allowed values, instead of `allowed`.
    """

    name: str
    dtype: str
    meaning: str
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    declared: str = ""

    def values_allowed(self, study: Study | None) -> tuple[str, ...]:
        """Every value the column may hold; empty if any may, as for a list that the study does not declare."""
        return study.ids(self.declared) if self.declared and study else self.allowed


@dataclass(frozen=True)
class Contract:
    """One table: what a row is, its key, its columns, and whether it is split by collection."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...] = field(repr=False)
    partitioned: bool = True

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def schema(self) -> pa.Schema:
        """The Arrow schema with this contract's names, types and nullability."""
        import pyarrow as pa

        return pa.schema([pa.field(c.name, pa.type_for_alias(c.dtype), nullable=c.nullable) for c in self.columns])


def _count(name: str, meaning: str, minimum: int = 0, dtype: str = "int32") -> Column:
    return Column(name, dtype, meaning, minimum=minimum)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "float64", meaning, minimum=0.0, maximum=1.0)


_DOC = Column("doc_id", "string", "the document, unique in the store")
_FRAME = Column("frame", "string", "codebook frame (file name of the codebook)")

DOCUMENTS = Contract(
    "documents",
    "one document",
    ("doc_id",),
    (
        _DOC,
        Column("collection", "string", "which corpus it belongs to", declared="collections"),
        Column("outlet_id", "string", "outlet, ministry or delegation that published it (corpus/outlets.toml)"),
        Column("published", "string", "date of publication, ISO: YYYY, YYYY-MM or YYYY-MM-DD", nullable=True),
        Column("date_precision", "string", "how much of the date is known", allowed=DATE_PRECISIONS),
        Column(
            "date_basis",
            "string",
            "where the date comes from: declared (a column or a correction), the saved page, a line of the text, the name "
            "of the file, or crawl: the day of fetching, which is no day of publication",
            allowed=DATE_BASES,
        ),
        Column("era_id", "string", "era of the date; null if undated, outside, or straddling a border", nullable=True),
        Column("genre", "string", "kind of text", declared="genres"),
        Column("language", "string", "ISO 639 code"),
        Column("title", "string", "title; null unless the source's licence lets it be reprinted", nullable=True),
        Column("url", "string", "where it can be read; null unless its title may be reprinted", nullable=True),
        Column("host", "string", "the site it stood on; null where no address is known", nullable=True),
        Column(
            "url_key",
            "string",
            "keyed hash of its address, if the source asks for one: equal for equal addresses, for who has the key",
            nullable=True,
        ),
        _count("token_count", "tokens of title and text together"),
        _count("title_token_count", "tokens of these in the title"),
        _count("lead_token_count", "tokens of these in the first paragraph of the text"),
        _count("quoted_token_count", "tokens of these inside quotation marks as speech"),
        _count("reported_token_count", "tokens of these in indirect speech"),
        _count("focal_token_count", "tokens of the paragraphs that concern the study's focal state"),
        _count("focal_quoted_token_count", "tokens of these paragraphs inside quotation marks as speech"),
        _count("focal_reported_token_count", "tokens of these paragraphs in indirect speech"),
        _count("odd_quote_count", "paragraphs whose quotation marks do not pair and were read as own text"),
        _share("boilerplate_share", "share of the raw characters removed as boilerplate"),
        Column("cluster_id", "string", "syndication cluster: documents that carry one story"),
        _count("cluster_size", "documents in the cluster", 1),
        _count("cluster_position", "order of appearance within the cluster, 1 is first", 1),
        Column("is_cluster_origin", "bool", "the cluster's likely origin; exactly one document in each cluster"),
        _share(
            "shared_token_share",
            "share of its word shingles found in the cluster's origin, in tenths; 0 in a cluster of one",
        ),
        Column("licence", "string", "licence of the text as far as known"),
    ),
)

VOCABULARY = Contract(
    "vocabulary",
    "one lower-cased word type; row 0 pools the terms found in too few documents",
    ("term_id",),
    (
        _count("term_id", "the term; ids follow the terms' code point order, 0 is the pool"),
        Column("term", "string", "the word type, lower case"),
        Column("lemma", "string", "its lemma"),
        Column("is_stopword", "bool", "on the project's stop list"),
        _count("document_count", "documents that contain it"),
        _count("token_count", "its tokens in all documents", dtype="int64"),
    ),
    partitioned=False,
)

COUNTS = Contract(
    "counts",
    "one kept term (or the pool) in one document; of a small document (`info.small_tokens`) the pool alone",
    ("doc_id", "term_id"),
    (_DOC, _count("term_id", "the term (vocabulary)"), _count("token_count", "its tokens in the document", 1)),
)

HITS = Contract(
    "hits",
    "one codebook match",
    ("doc_id", "hit_id"),
    (
        _DOC,
        _count("hit_id", "running number within the document, in order of position"),
        _FRAME,
        Column("category", "string", "category within the frame"),
        Column("entry", "string", "codebook entry that matched"),
        Column("zone", "string", "where in the document", allowed=ZONES),
        Column("voice", "string", "whose words: the outlet's, quoted, or indirect speech", allowed=VOICES),
        Column(
            "speaker", "string", "actor_id of a known speaker, else the name as printed; null if unnamed", nullable=True
        ),
        Column(
            "speaker_role",
            "string",
            "the speaker's role; null for the outlet's own words",
            nullable=True,
            allowed=SPEAKER_ROLES,
        ),
        Column("speaker_side", "string", "the speaker's side; 'outlet' for own words", declared="sides"),
        Column("is_negated", "bool", "denied or negated"),
        Column("is_mention", "bool", "scare quotes or a word talked about, not a use"),
        Column("dyad", "string", "the two states it is about, ISO codes in alphabetical order, DEU-FRA", nullable=True),
        Column("holder", "string", "the state whose stance it is, ISO code; null if none or several", nullable=True),
        Column(
            "about", "string", "whether holder or pair have the study's focal state, others, or none", allowed=ABOUT
        ),
        Column("about_basis", "string", "how far from the hit these states are named", allowed=ABOUT_BASES),
        Column(
            "stance",
            "string",
            "claimed: the state's own people say it of it; ascribed: others do; rejected: denied or negated",
            allowed=STANCES,
        ),
        Column("is_core", "bool", "its category counts towards the frame's total"),
        Column(
            "tenth",
            "int32",
            "the tenth of the document (title included) it begins in, 1 to 10; null in a small document",
            nullable=True,
            minimum=1,
            maximum=10,
        ),
    ),
)

# Positions stay on the private side: in the archives of a build's parts and in what `discourse annotate` writes.
PRIVATE_HIT_COLUMNS = (
    _count("sentence_index", "running number of the sentence, title included"),
    _count("token_start", "index of its first token, title included"),
    _count("token_end", "index after its last token"),
)

CONTEXTS = Contract(
    "contexts",
    "one word near one frame in one document; where the windows hold few tokens (`info.small_tokens`) the pool alone",
    ("doc_id", "frame", "term_id"),
    (
        _DOC,
        _FRAME,
        _count("term_id", "the neighbouring term (vocabulary)"),
        _count("token_count", "its tokens within the window around the frame's hits; order is lost", 1),
    ),
)

ACTORS = Contract(
    "actors",
    "one actor in one document",
    ("doc_id", "actor_id"),
    (
        _DOC,
        Column("actor_id", "string", "actor (corpus/actors.toml)"),
        _count("mention_count", "times the actor is named", 1),
    ),
)

CODINGS = Contract(
    "codings",
    "one drawn passage as one coder answered it; no text, no place in the document",
    ("draw", "passage_id", "coder"),
    (
        _DOC,
        Column("draw", "string", "the sample that it was drawn in"),
        _count("passage_id", "running number within the sample, in no order that tells anything", 1),
        Column(
            "kind",
            "string",
            "a hit counted as about the focal state or elsewhere, or a kind of paragraph",
            allowed=CODING_KINDS,
        ),
        Column(
            "hit_id",
            "int32",
            "the hit; null for a paragraph, and for a hit that the codebook of today no longer makes",
            nullable=True,
            minimum=0,
        ),
        Column("frame", "string", "frame asked about; null for a paragraph, of which all are asked", nullable=True),
        Column("entry", "string", "codebook entry of the hit when it was drawn", nullable=True),
        Column("coder", "string", "label of the coder; 'settled' for what coders settled between them"),
        Column("coder_kind", "string", "who read it", allowed=CODER_KINDS),
        Column("frame_right", "string", "whether the marked words mean the frame", True, FRAME_ANSWERS),
        Column("about", "string", "whom it is about, as the coder says", True, ABOUT_ANSWERS),
        Column("voice", "string", "whose words, as the coder says", True, VOICE_ANSWERS),
        Column("negated", "string", "denied or negated, as the coder says", True, YES_NO),
        Column("mention", "string", "a word talked about, not used, as the coder says", True, YES_NO),
        Column(
            "missed_frames",
            "string",
            "of a paragraph: frames it carries about the focal state that have no hit in it, by name, with a space between",
            nullable=True,
        ),
        Column("seconds", "float64", "time taken", nullable=True, minimum=0),
        Column("probability", "float64", "of being drawn", minimum=0.0, maximum=1.0),
    ),
)

REPLACED = "another capture of its page was taken instead"  # the end of a reason, for a capture that is gone
CAPTURES = Contract(
    "captures",
    "one capture of a web archive that was to be fetched; empty for a corpus from elsewhere",
    ("capture_id",),
    (
        Column("capture_id", "string", "made of the archive's coordinates alone"),
        Column("outlet_id", "string", "outlet whose page it is (corpus/outlets.toml)"),
        Column("archive", "string", "cc: Common Crawl, ia: Internet Archive", allowed=("cc", "ia")),
        Column("crawl", "string", "Common Crawl's crawl", nullable=True),
        Column("timestamp", "string", "when it was captured (14 digits), which is not when it was published"),
        Column("filename", "string", "the archive's file", nullable=True),
        Column("offset", "int64", "where its record begins in the file", nullable=True),
        Column("length", "int64", "bytes of the record there", nullable=True),
        Column("digest", "string", "base32 sha1 of the stored body, as the archive's index says it", nullable=True),
        Column("sha256", "string", "of the record's bytes as they were received", nullable=True),
        Column("doc_id", "string", "the document it became, if it is in the store", nullable=True),
        Column("state", "string", "what became of it", allowed=("planned", "fetched", "gone", "mismatch")),
        Column("reason", "string", "why it was not fetched", nullable=True),
        Column("address", "string", "the page's address; null unless its licence allows it", nullable=True),
    ),
    partitioned=False,
)

CONTRACTS = {c.name: c for c in (DOCUMENTS, VOCABULARY, COUNTS, HITS, CONTEXTS, ACTORS, CAPTURES, CODINGS)}


def contract_of(name: str) -> Contract:
    """The contract of the table `name`; an unknown name raises `ContractError` that lists all tables."""
    if name not in CONTRACTS:
        raise ContractError(not_allowed("table", name, CONTRACTS))
    return CONTRACTS[name]


def check(
    name: str,
    table: pa.Table,
    *,
    columns: list[str] | None = None,
    unique: bool = True,
    study: Study | None = None,
) -> pa.Table:
    """Check `table` against the contract `name`, cast it to the declared schema and return it.

    columns: the columns expected, in order (None: all of the contract). unique: also check that the key is unique
    (skipped when not all key columns are there). study: holds what collections, genres and sides there are; without one,
    any are allowed. Raises `ContractError` naming table, column, first bad value and what
    is allowed. An empty table with the right columns passes.
    """
    import pyarrow as pa

    contract = contract_of(name)
    wanted = contract.names if columns is None else columns
    missing = [c for c in wanted if c not in table.column_names]
    extra = [c for c in table.column_names if c not in wanted]
    if missing or extra:
        raise ContractError(
            f"table {name}: columns missing: {missing or 'none'}, not declared: {extra or 'none'}; declared: {wanted}."
        )
    for column in contract.columns:
        if column.name in wanted and not column.nullable and (nulls := table.column(column.name).null_count):
            raise ContractError(f"table {name}, column {column.name}: {nulls} empty values; none allowed.")
    schema = pa.schema([contract.schema().field(c) for c in wanted])
    try:
        table = table.select(wanted).cast(schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise ContractError(f"table {name}: a column does not have its declared type: {error}") from error
    for column in contract.columns:
        if column.name in wanted:
            _check_column(name, column, table.column(column.name), column.values_allowed(study))
    if unique and set(contract.key) <= set(wanted):
        _check_key(contract, table)
    return table


def _check_column(name: str, column: Column, values: pa.ChunkedArray, allowed: tuple[str, ...]) -> None:
    import pyarrow.compute as pc

    if allowed:
        found = pc.unique(values).to_pylist()
        bad = [v for v in found if v is not None and v not in allowed]
        if bad:
            raise ContractError(f"table {name}, " + not_allowed(f"column {column.name}", bad[0], allowed))
    if len(values) and (column.minimum is not None or column.maximum is not None):
        span = pc.min_max(values).as_py()
        low, high = span["min"], span["max"]
        if low is not None and column.minimum is not None and low < column.minimum:
            raise ContractError(f"table {name}, column {column.name}: {low} is below {column.minimum}.")
        if high is not None and column.maximum is not None and high > column.maximum:
            raise ContractError(f"table {name}, column {column.name}: {high} is above {column.maximum}.")


def _check_key(contract: Contract, table: pa.Table) -> None:
    key = list(contract.key)
    if _all_different(table.select(key)):
        return
    groups = table.select(key).group_by(key).aggregate([([], "count_all")])
    if groups.num_rows != table.num_rows:
        import pyarrow.compute as pc

        twice = groups.filter(pc.greater(groups.column("count_all"), 1)).slice(0, 1).to_pylist()[0]
        shown = {k: twice[k] for k in key}
        raise ContractError(f"table {contract.name}: {twice['count_all']} rows share the key {shown}; keys are unique.")


def _all_different(key: pa.Table) -> bool:
    """Whether no two rows are equal, on numbered values: rows in the usual order, by document, need no sorting."""
    import numpy as np
    import pyarrow as pa

    numbers = np.zeros(len(key), dtype=np.int64)
    span = 1
    for column in key.columns:
        values = column.combine_chunks()
        if not pa.types.is_integer(values.type):
            values = values.dictionary_encode().indices
        codes = values.to_numpy(zero_copy_only=False).astype(np.int64)
        size = int(codes.max(initial=0)) + 1
        span *= size
        if span >= 2**63 or codes.min(initial=0) < 0:
            return False  # left to the slower way
        numbers = numbers * size + codes
    steps = np.diff(numbers)
    return bool((steps > 0).all()) or len(np.unique(numbers)) == len(numbers)
