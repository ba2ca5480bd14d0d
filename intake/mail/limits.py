"""How much of a mail from outside is read; what is beyond is left out and named as a defect."""

from __future__ import annotations

# SendGrid Inbound Parse hands over at most 30 MB; a larger mail is refused whole.
LARGEST_MAIL_BYTES = 30 * 1024 * 1024
MOST_LINES = 600_000
MOST_PARTS = 50
DEEPEST_PARTS = 20
# Header blocks of a delivery report count as parts while a mail is taken apart.
MOST_NODES = 300
MOST_HEADERS = 4_000
# Every line of a mail is compared with the boundaries of all containers around it.
MOST_CONTAINERS = 40
MOST_TOP_HEADER_LINES = 2_000
LONGEST_TOP_HEADERS_BYTES = 256 * 1024
LONGEST_HEADER = 8_000
# A part says its type and name in far less; the whole mail gets room for 50 of them.
LONGEST_CONTENT_HEADER = 2_000
LONGEST_CONTENT_HEADERS = 32_000
MOST_HEADERS_OF_A_NAME = 10
# Address parsers take time in the square of the quotes and comments they meet.
MOST_QUOTES = 400
LONGEST_SUBJECT = 1_000
LONGEST_NAME = 200
# RFC 5321 4.5.3.1: 64 for the local part, 255 for the domain.
LONGEST_ADDRESS = 320
LONGEST_MESSAGE_ID = 998
MOST_ADDRESSES = 200
MOST_REFERENCES = 100
MOST_REPORTED = 100
LONGEST_DIAGNOSTIC = 1_000
LONGEST_TEXT = 1_000_000
LONGEST_TEXT_BYTES = 4_000_000
# JSON and verdicts in a form of the provider.
LONGEST_FORM_FIELD_BYTES = 64 * 1024
# Markup is cut twice: as it comes, and after its attributes are gone.
LONGEST_HTML = 2_000_000
LONGEST_BARE_HTML = 400_000
DEEPEST_HTML = 100
# Only the beginning of a mail system's letter is searched for addresses.
LONGEST_SEARCHED = 60_000
LARGEST_ATTACHMENT_BYTES = 15 * 1024 * 1024
LONGEST_FILE_NAME = 120
