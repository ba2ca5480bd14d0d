"""Why a message was sent or not, on any day: an answer in a sentence with the facts behind it."""
