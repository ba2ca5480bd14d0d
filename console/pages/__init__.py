"""One module a kind of page: it reads the address, asks the books, and fills a template."""
