"""What becomes of each of the sample files on import, beside what its source calls it.

The samples are described in their folder's README; many are broken on purpose. ``label`` is what the file's name says.
Where our verdict is another, or a file without a label is not simply taken, ``why`` says why, and what warcio and
FastWARC make of it. Section numbers are WARC 1.1's.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from archive.warc.conformance import Kind

Label = Literal["valid", "good", "invalid", "bad", "corrupted", "wrong", "trunc", "none"]


class Sample(NamedTuple):
    """``reason`` is in the first of the verdict's reasons, which is the gravest; none for a valid file."""

    kind: Kind
    reason: str = ""
    label: Label = "none"
    why: str = ""


JHOVE = "openpreserve__jhove/jhove-ext-modules/src/test/resources/warc/"
GOWARC = "internetarchive__gowarc/testdata/warcs/"
PYWB = "webrecorder__pywb/sample_archive/warcs/"
WARCIO = "webrecorder__warcio/test/data/"
IIPC = "iipc__warc-specifications/specifications/warc-deduplication/samples/"
UKWA = "ukwa__webarchive-test-suite/wikipedia-sopa-blackout-2012/"
PYWB_OTHER = "webrecorder__pywb/sample_archive/"

SAMPLES: dict[str, Sample] = {
    "archivesunleashed__aut/src/test/resources/warc/example.docs.warc.gz": Sample("valid"),
    "archivesunleashed__aut/src/test/resources/warc/example.txt.warc.gz": Sample("valid"),
    "archivesunleashed__aut/src/test/resources/warc/example.warc.gz": Sample(
        "valid with a note", "at 0: 'WARC/0.17' is neither WARC/1.0 nor WARC/1.1"
    ),
    "archivesunleashed__aut/src/test/resources/warc/issue-493.warc": Sample(
        "valid with a note", "at 5425: a revisit of an identical payload without WARC-Truncated: length"
    ),
    "archivesunleashed__aut/src/test/resources/warc/issue-514.warc": Sample(
        "valid with a note", "at 519: WARC-Target-URI stands in angle brackets, as the grammar of WARC 1.0 has it"
    ),
    "commoncrawl__whirlwind-python/whirlwind.warc": Sample("valid"),
    "commoncrawl__whirlwind-python/whirlwind.warc.gz": Sample(
        "valid with a note", "at 18374: WARC-Payload-Digest does not belong in a metadata record"
    ),
    "commoncrawl__whirlwind-python/whirlwind.warc.wat": Sample("valid"),
    "commoncrawl__whirlwind-python/whirlwind.warc.wat.gz": Sample(
        "valid with a note", "at 443: WARC-Payload-Digest does not belong in a metadata record"
    ),
    "commoncrawl__whirlwind-python/whirlwind.warc.wet": Sample("valid"),
    "commoncrawl__whirlwind-python/whirlwind.warc.wet.gz": Sample("valid"),
    "harvard-lil__warcbench/tests/assets/example.com.warc": Sample(
        "valid with a note", "at 5176: WARC-Refers-To-Target-URI does not belong in a response record"
    ),
    "harvard-lil__warcbench/tests/assets/fb.warc.gz": Sample(
        "valid with a note", "at 440: WARC-Target-URI stands in angle brackets, as the grammar of WARC 1.0 has it"
    ),
    "iipc__warc-specifications/primers/web-archive-formats/hello-world.warc": Sample("valid"),
    "iipc__warc-specifications/primers/web-archive-formats/hello-world.warc.gz": Sample("valid"),
    IIPC + "20130729-heritrix-original.warc.gz": Sample("valid"),
    IIPC + "20130729-heritrix-revisit-with-http-headers.warc.gz": Sample(
        "valid with a note", "at 0: a revisit that does not say which record it repeats"
    ),
    IIPC + "20141124-heritrix-server-not-modified.warc.gz": Sample(
        "valid with a note", "at 0: a revisit that does not say which record it repeats"
    ),
    IIPC + "20141129-heritrix-original.warc.gz": Sample("valid"),
    IIPC + "20141129-heritrix-revisit-with-http-headers-and-new-warc-headers.warc.gz": Sample("valid"),
    GOWARC + "corrupted-mid-record.warc.gz.open": Sample(
        "refused", "it packs several records into one gzip member", "corrupted"
    ),
    GOWARC + "corrupted-trailing-bytes.warc.gz.open": Sample(
        "refused", "it packs several records into one gzip member", "corrupted"
    ),
    GOWARC + "empty.warc.gz.open": Sample("refused", "it is empty", why="a gzip member with nothing in it"),
    GOWARC + "good.warc.gz.open": Sample(
        "refused",
        "it packs several records into one gzip member",
        "good",
        "fifty records in one gzip member: FastWARC reads them, warcio refuses; we have no place to find one by",
    ),
    GOWARC + "single-record.warc.gz.open": Sample("valid"),
    GOWARC + "skip-non-open.warc.gz": Sample(
        "refused",
        "it packs several records into one gzip member",
        why="ten records in one gzip member: FastWARC reads them, warcio refuses; we have no place to find one by",
    ),
    GOWARC + "test.warc.gz": Sample("valid"),
    "nla__outbackcdx/test-integration/test1.warc.gz": Sample(
        "valid with a note", "at 434: WARC-Target-URI stands in angle brackets, as the grammar of WARC 1.0 has it"
    ),
    "nla__outbackcdx/test-integration/test2.warc.gz": Sample(
        "valid with a note", "at 435: WARC-Target-URI stands in angle brackets, as the grammar of WARC 1.0 has it"
    ),
    JHOVE + "invalid-empty.warc": Sample("refused", "it is empty", "invalid"),
    JHOVE + "invalid-warcfile-contenttype-recommended.warc": Sample(
        "damaged", "at 1838: the payload digest does not hold", "invalid"
    ),
    JHOVE + "invalid-warcfile-contenttype-warcinfo-recommended.warc": Sample(
        "valid with a note",
        "at 0: Content-Type 'application/octet' in a warcinfo record",
        "invalid",
        "warc-fields is recommended for a warcinfo record, not required (6.2); warcio and FastWARC read it",
    ),
    JHOVE + "invalid-warcfile-digest-fields.warc": Sample("damaged", "at 0: the block digest does not hold", "invalid"),
    JHOVE + "invalid-warcfile-duplicate-fields.warc": Sample(
        "damaged", "at 0: WARC-Record-ID is given more than once", "invalid"
    ),
    JHOVE + "invalid-warcfile-fields-empty.warc": Sample("refused", "at 0: no usable Content-Length ('')", "invalid"),
    JHOVE + "invalid-warcfile-fields-invalidformat.warc": Sample(
        "refused", "at 0: no usable Content-Length ('very lengthy')", "invalid"
    ),
    JHOVE + "invalid-warcfile-fields-missing.warc": Sample("refused", "at 0: no usable Content-Length ('')", "invalid"),
    JHOVE + "invalid-warcfile-lonely-continuation.warc": Sample(
        "refused", "at 0: no usable Content-Length (None)", "invalid"
    ),
    JHOVE + "invalid-warcfile-lonely-monkeys-lf-line-endings.warc": Sample(
        "refused", "at 0: its lines end with b'\\n', not with CR LF", "invalid"
    ),
    JHOVE + "invalid-warcfile-lonely-request-response-resource-conversion.warc": Sample(
        "refused", "at 0: no usable Content-Length (None)", "invalid"
    ),
    JHOVE + "invalid-warcfile-lonely-revisit.warc": Sample(
        "refused", "at 0: no usable Content-Length (None)", "invalid"
    ),
    JHOVE + "invalid-warcfile-lonely-warcinfo-metadata.warc": Sample(
        "refused", "at 0: no usable Content-Length (None)", "invalid"
    ),
    JHOVE + "invalid-warcfile-segment-number-continuation.warc": Sample(
        "damaged", "at 0: WARC-Segment-Number '1' in a continuation record", "invalid"
    ),
    JHOVE + "invalid-warcfile-segment-number-response.warc": Sample(
        "damaged", "at 1059: WARC-Segment-Number '2' in a response record", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-1.warc": Sample(
        "refused", "at 0: no usable Content-Length (None)", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-10.warc": Sample(
        "valid with a note",
        "at 0: Content-Type 'application/kitty' in a warcinfo record",
        "invalid",
        "an empty block and no empty lines after it: nothing is lost; warcio and FastWARC read it",
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-11.warc": Sample(
        "refused", "at 0: the record ends 693 bytes early", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-12.warc": Sample(
        "refused", "at 0: the record ends 693 bytes early", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-13.warc": Sample(
        "refused", "at 0: the record ends 693 bytes early", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-14.warc": Sample(
        "refused", "at 0: the record ends 693 bytes early", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-15.warc": Sample(
        "refused", "at 0: the record ends 693 bytes early", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-16.warc": Sample(
        "refused", "at 0: the record ends 693 bytes early", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-17.warc": Sample(
        "refused", "at 0: the record ends 483 bytes early", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-2.warc": Sample(
        "valid with a note",
        "at 0: ends with b'' instead of two empty lines",
        "invalid",
        "the record is whole, only the two empty lines after it are missing; warcio and FastWARC read it",
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-3.warc": Sample(
        "refused", "at 0: the record ends 206 bytes early", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-4.warc": Sample(
        "refused", "at 0: the record ends 206 bytes early", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-5.warc": Sample(
        "refused", "at 0: the record ends 483 bytes early", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-6.warc": Sample(
        "refused", "at 0: the record ends 693 bytes early", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-7.warc": Sample(
        "refused", "at 0: the record ends 693 bytes early", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-8.warc": Sample(
        "refused", "at 0: the record ends 693 bytes early", "invalid"
    ),
    JHOVE + "invalid-warcheaderfieldpolicy-9.warc": Sample(
        "valid with a note",
        "at 0: Content-Type 'hello/warc-fields' in a warcinfo record",
        "invalid",
        "an empty block and no empty lines after it: nothing is lost; warcio and FastWARC read it",
    ),
    JHOVE + "invalid-warcheaderversion-1.warc": Sample("refused", "at 0: the named fields do not end", "invalid"),
    JHOVE + "invalid-warcheaderversion-10.warc": Sample(
        "refused", "at 0: no record starts here (b'WARC/1.0.0\\r\\n')", "invalid"
    ),
    JHOVE + "invalid-warcheaderversion-11.warc": Sample(
        "refused", "at 0: no record starts here (b'WARC/1.0.1\\r\\n')", "invalid"
    ),
    JHOVE + "invalid-warcheaderversion-12.warc": Sample(
        "refused", "at 0: no record starts here (b'WARC/1\\r\\n')", "invalid"
    ),
    JHOVE + "invalid-warcheaderversion-13.warc": Sample(
        "refused", "at 0: no record starts here (b'WARC/1.2.3.4.5\\r\\n')", "invalid"
    ),
    JHOVE + "invalid-warcheaderversion-14.warc": Sample(
        "refused", "at 0: no record starts here (b'WARC/\\r\\n')", "invalid"
    ),
    JHOVE + "invalid-warcheaderversion-15.warc": Sample(
        "refused", "at 0: no record starts here (b'WARC/WARC\\r\\n')", "invalid"
    ),
    JHOVE + "invalid-warcheaderversion-16.warc": Sample(
        "refused", "it begins with b'WARC\\r\\n', not with a WARC record", "invalid"
    ),
    JHOVE + "invalid-warcheaderversion-17.warc": Sample(
        "refused", "it begins with b'WARC', not with a WARC record", "invalid"
    ),
    JHOVE + "invalid-warcheaderversion-18.warc": Sample(
        "refused", "it begins with b'WARC-Type: resource\\r\\n', not with a WARC record", "invalid"
    ),
    JHOVE + "invalid-warcheaderversion-19.warc": Sample(
        "refused", "it begins with b'WARC-Type: resource\\r\\nWAR', not with a WARC record", "invalid"
    ),
    JHOVE + "invalid-warcheaderversion-2.warc": Sample("refused", "at 0: the named fields do not end", "invalid"),
    JHOVE + "invalid-warcheaderversion-20.warc": Sample(
        "refused", "it begins with b'\\r\\n', not with a WARC record", "invalid"
    ),
    JHOVE + "invalid-warcheaderversion-21.warc": Sample("refused", "at 0: no usable Content-Length (None)", "invalid"),
    JHOVE + "invalid-warcheaderversion-22.warc": Sample("refused", "at 0: the named fields do not end", "invalid"),
    JHOVE + "invalid-warcheaderversion-23.warc": Sample("refused", "at 0: the named fields do not end", "invalid"),
    JHOVE + "invalid-warcheaderversion-24.warc": Sample("refused", "at 0: the named fields do not end", "invalid"),
    JHOVE + "invalid-warcheaderversion-25.warc": Sample("refused", "at 0: the named fields do not end", "invalid"),
    JHOVE + "invalid-warcheaderversion-3.warc": Sample("refused", "at 0: the named fields do not end", "invalid"),
    JHOVE + "invalid-warcheaderversion-4.warc": Sample("refused", "at 0: the named fields do not end", "invalid"),
    JHOVE + "invalid-warcheaderversion-5.warc": Sample("refused", "at 0: the named fields do not end", "invalid"),
    JHOVE + "invalid-warcheaderversion-6.warc": Sample("refused", "at 0: the named fields do not end", "invalid"),
    JHOVE + "invalid-warcheaderversion-7.warc": Sample("refused", "at 0: the named fields do not end", "invalid"),
    JHOVE + "invalid-warcheaderversion-8.warc": Sample("refused", "at 0: the named fields do not end", "invalid"),
    JHOVE + "invalid-warcheaderversion-9.warc": Sample(
        "refused", "at 0: no record starts here (b'WARC/x.x\\r\\n')", "invalid"
    ),
    JHOVE + "invalid-warcreader-diagnosis-1.warc": Sample(
        "refused", "it begins with b'\\r\\nThe monkeys are a comi', not with a WARC record", "invalid"
    ),
    JHOVE + "invalid-warcrecord-1.warc": Sample("damaged", "at 0: no usable Content-Length (None)", "invalid"),
    JHOVE + "invalid-warcrecord-2.warc": Sample(
        "valid with a note",
        "at 0: Content-Type 'application/http; msgtype=custom' in a response record",
        "invalid",
        "the standard only says what msgtype should be (6.3, 6.5); warcio and FastWARC read it",
    ),
    JHOVE + "invalid-warcrecord-3.warc": Sample(
        "damaged", "at 1073: its Content-Length does not fit: b'WARC-Date: 2008-'", "invalid"
    ),
    JHOVE + "invalid-warcrecorddigests-1.warc": Sample("damaged", "at 1073: the block digest does not hold", "invalid"),
    JHOVE + "invalid-warcrecorddigests-2.warc": Sample("damaged", "at 0: the block digest does not hold", "invalid"),
    JHOVE + "invalid-warcrecorddigests-3.warc": Sample("damaged", "at 0: the block digest does not hold", "invalid"),
    JHOVE + "valid-warcfile-contenttype-continuation.warc": Sample(
        "valid with a note", "at 0: 'WARC/0.17' is neither WARC/1.0 nor WARC/1.1", "valid"
    ),
    JHOVE + "valid-warcfile-duplicate-concurrentto.warc": Sample("valid", label="valid"),
    JHOVE + "valid-warcfile-fields-continuation.warc": Sample(
        "valid with a note", "at 0: 'WARC/0.17' is neither WARC/1.0 nor WARC/1.1", "valid"
    ),
    JHOVE + "valid-warcfile-fields-metainfo.warc": Sample(
        "valid with a note", "at 0: 'WARC/0.17' is neither WARC/1.0 nor WARC/1.1", "valid"
    ),
    JHOVE + "valid-warcfile-fields-warcinfo.warc": Sample(
        "valid with a note", "at 0: 'WARC/0.17' is neither WARC/1.0 nor WARC/1.1", "valid"
    ),
    JHOVE + "valid-warcfile-non-warc-headers.warc": Sample("valid", label="valid"),
    JHOVE + "valid-warcfile-upper-lower-case.warc": Sample(
        "valid with a note", "at 739: WARC-Date '2008-04-30t20:48:25z' is not as WARC/1.0 writes dates", "valid"
    ),
    JHOVE + "valid-warcfile-upper-lower-case.warc.gz": Sample(
        "valid with a note", "at 467: WARC-Date '2008-04-30t20:48:25z' is not as WARC/1.0 writes dates", "valid"
    ),
    JHOVE + "valid-warcfile-utf8.warc": Sample(
        "valid with a note", "at 0: 'WARC/0.17' is neither WARC/1.0 nor WARC/1.1", "valid"
    ),
    JHOVE + "valid-warcrecorddigests-1.warc": Sample("valid", label="valid"),
    "slyrz__warc/testdata/test.warc": Sample(
        "damaged",
        "at 0: no WARC-Record-ID",
        why="a parser's test data, with neither record ids nor target URIs; warcio and FastWARC ask for neither",
    ),
    "slyrz__warc/testdata/test.warc.gz": Sample(
        "refused",
        "it packs several records into one gzip member",
        why="the same without ids, and all in one gzip member: warcio refuses it too",
    ),
    UKWA + "wikipedia-blackout/sopa-wikipedia-homepage.warc.gz": Sample("valid"),
    UKWA + "wikipedia-post-blackout/main-page.warc.gz": Sample("valid"),
    UKWA + "wikipedia-post-blackout/post-blackout.warc.gz": Sample("valid"),
    "webrecorder__cdxj-indexer/test/data/cc.warc.gz": Sample("valid"),
    "webrecorder__cdxj-indexer/test/data/example.warc.gz": Sample(
        "damaged",
        "at 784: the block digest does not hold",
        why="edited by hand for a test, the block digests left as they were; warcio and FastWARC say the same",
    ),
    "webrecorder__cdxj-indexer/test/data/missing-http.warc.gz": Sample(
        "damaged",
        "at 0: the payload digest does not hold",
        why="a response without any block, with the digest of a payload; warcio says the same",
    ),
    "webrecorder__cdxj-indexer/test/data/post-test-more.warc": Sample(
        "valid with a note", "at 2966: the payload digest holds for the body with its transfer coding only"
    ),
    "webrecorder__py-wacz/tests/fixtures/example-collection-with-lists.warc": Sample("valid"),
    "webrecorder__py-wacz/tests/fixtures/example-collection.warc": Sample("valid"),
    "webrecorder__py-wacz/tests/fixtures/example-iana.warc": Sample(
        "valid with a note", "at 279: the payload digest holds for the body with its transfer coding only"
    ),
    "webrecorder__py-wacz/tests/fixtures/example-resource.warc.gz": Sample("valid"),
    "webrecorder__py-wacz/tests/fixtures/example-warcinfo-metadata.warc": Sample(
        "valid with a note", "at 326: the payload digest holds for the body with its transfer coding only"
    ),
    PYWB_OTHER + "cdxj/example.cdx.gz": Sample(
        "refused", "it is a CDX or CDXJ index; give the WARC files it points to"
    ),
    PYWB + "bad.arc": Sample(
        "refused", "it is an ARC file; turn it into a WARC first, for example with `warcio recompress`", "bad"
    ),
    PYWB + "dupes.warc.gz": Sample(
        "valid with a note", "at 2678: a revisit of an identical payload without WARC-Truncated: length"
    ),
    PYWB + "example-extra.warc": Sample(
        "damaged",
        "at 3207: the payload digest does not hold",
        why="two records are one byte longer than they say; one payload digest suffers; warcio says the same",
    ),
    PYWB + "example-url-agnostic-orig.warc.gz": Sample(
        "valid with a note", "at 0: WARC-Date '2014-03-04T05:14:21.000Z' is not as WARC/1.0 writes dates"
    ),
    PYWB + "example-url-agnostic-revisit.warc.gz": Sample(
        "valid with a note", "at 0: WARC-Date '2014-03-04T19:23:21.000Z' is not as WARC/1.0 writes dates"
    ),
    PYWB + "example-wget-1-14.warc.gz": Sample("valid"),
    PYWB + "example-wpull.warc.gz": Sample(
        "valid with a note", "at 0: WARC-Warcinfo-ID does not belong in a warcinfo record"
    ),
    PYWB + "example.arc": Sample(
        "refused", "it is an ARC file; turn it into a WARC first, for example with `warcio recompress`"
    ),
    PYWB + "example.arc.gz": Sample(
        "refused", "it is an ARC file; turn it into a WARC first, for example with `warcio recompress`"
    ),
    PYWB + "example.warc": Sample(
        "damaged",
        "at 4061: its Content-Length does not fit: b'm\\r\\n\\r\\n\\r\\nWARC/1.0\\r'",
        why="one request is three bytes longer than it says; FastWARC stops there, warcio warns; the rest is taken",
    ),
    PYWB + "example.warc.gz": Sample(
        "valid with a note", "at 1864: a revisit of an identical payload without WARC-Truncated: length"
    ),
    PYWB + "example2.warc.gz": Sample("valid"),
    PYWB + "httpbin-resource.warc.gz": Sample("valid"),
    PYWB + "iana.warc.gz": Sample(
        "valid with a note", "at 334: the payload digest holds for the body with its transfer coding only"
    ),
    PYWB + "missing-status-text.warc": Sample(
        "refused",
        "at 0: its lines end with b'\\r\\r\\n', not with CR LF",
        why="all its lines end with CR CR LF, so that no length holds; warcio and FastWARC forgive it",
    ),
    PYWB + "post-test.warc.gz": Sample("valid"),
    PYWB_OTHER + "zipcdx/zipnum-sample.cdx.gz": Sample(
        "refused", "it is a CDX or CDXJ index; give the WARC files it points to"
    ),
    WARCIO + "example-bad-non-chunked.warc.gz": Sample(
        "refused", "it packs several records into one gzip member", "bad"
    ),
    WARCIO + "example-digest.warc": Sample(
        "damaged",
        "at 0: the payload digest does not hold",
        why="the first digest is wrong on purpose; the Base64 ones hold; warcio says the same",
    ),
    WARCIO + "example-iana.org-chunked.warc": Sample(
        "valid with a note", "at 405: the payload digest holds for the body with its transfer coding only"
    ),
    WARCIO + "example-resource.warc.gz": Sample("valid"),
    WARCIO + "example-space-in-target-uri.warc.gz": Sample(
        "valid with a note", "at 241: WARC-Target-URI 'file:///example with spaces.png' holds what a URI may not hold"
    ),
    WARCIO + "example-space-in-url.arc": Sample(
        "refused", "it is an ARC file; turn it into a WARC first, for example with `warcio recompress`"
    ),
    WARCIO + "example-trunc.warc": Sample(
        "damaged", "at 1197: its Content-Length does not fit: b'\\x00\\x00\\r\\n\\r\\nWARC/1.0\\r\\n'", "trunc"
    ),
    WARCIO + "example-wget-bad-target-uri.warc.gz": Sample(
        "valid with a note",
        "at 410: WARC-Target-URI stands in angle brackets, as the grammar of WARC 1.0 has it",
        "bad",
        "the grammar of WARC 1.0 has the URI in angle brackets (4, note); every reader takes them off",
    ),
    WARCIO + "example-wrong-chunks.warc.gz": Sample("refused", "at 0: the record ends 1270 bytes early", "wrong"),
    WARCIO + "example.warc": Sample(
        "valid with a note", "at 3370: a revisit of an identical payload without WARC-Truncated: length"
    ),
    WARCIO + "example.warc.gz": Sample(
        "valid with a note", "at 2621: a revisit of an identical payload without WARC-Truncated: length"
    ),
}

NO_WARC: dict[str, str] = {
    "harvard-lil__scoop/assets/fixtures/example.com.wacz": "it is a ZIP file",
    "harvard-lil__scoop/assets/fixtures/noarchive.netlify.app.wacz": "it is a ZIP file",
    "harvard-lil__warcbench/tests/assets/after.wacz": "it is a ZIP file",
    "harvard-lil__warcbench/tests/assets/before.wacz": "it is a ZIP file",
    "harvard-lil__warcbench/tests/assets/example.com.wacz": "it is a ZIP file",
    "harvard-lil__warcbench/tests/assets/test-crawl.wacz": "it is a ZIP file",
    "iipc__warc-specifications/primers/web-archive-formats/hello-world.warc.cdx": "it is a CDX or CDXJ index",
    "nla__outbackcdx/test-integration/test1.cdx": "it is a CDX or CDXJ index",
    "nla__outbackcdx/test-integration/test2.cdx": "it is a CDX or CDXJ index",
    "webrecorder__py-wacz/tests/fixtures/invalid_signed_example_1.wacz": "it is a ZIP file",
    "webrecorder__py-wacz/tests/fixtures/valid_example_2.wacz": "it is a ZIP file",
    "webrecorder__py-wacz/tests/fixtures/valid_signed_example_1.wacz": "it is a ZIP file",
    PYWB_OTHER + "cdx/bad.cdx": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdx/dupes.cdx": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdx/example-arc-test.cdx": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdx/example-extra.cdx": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdx/example.cdx": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdx/httpbin-resource.cdxj": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdx/iana.cdx": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdx/missing-status-text.cdxj": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdx/post-test.cdx": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdx/url-agnost-example.cdx": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdxj/dupes.cdxj": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdxj/example-no-digest.cdxj": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdxj/example.cdxj": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdxj/example2.cdxj": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdxj/iana.cdxj": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdxj/post-test.cdxj": "it is a CDX or CDXJ index",
    PYWB_OTHER + "cdxj/url-agnost-example.cdxj": "it is a CDX or CDXJ index",
    PYWB_OTHER + "non-surt-cdx/example-non-surt.cdx": "it is a CDX or CDXJ index",
    PYWB_OTHER + "waczs/invalid_example_1.wacz": "it is a ZIP file",
    PYWB_OTHER + "waczs/valid_example_1.wacz": "it is a ZIP file",
    PYWB_OTHER + "zipcdx/zipnum-bad.idx": "it is a CDX or CDXJ index",
    PYWB_OTHER + "zipcdx/zipnum-bad.loc": "it begins with",
    PYWB_OTHER + "zipcdx/zipnum-sample.idx": "it is a CDX or CDXJ index",
    PYWB_OTHER + "zipcdx/zipnum-sample.loc": "it begins with",
}
"""Files of other kinds: how they are named when they are refused."""
