"""Tables that people bring: read as publishers and spreadsheets write them, or refused with what to do.

What has one meaning is normalised and said so (accents as separate characters, blanks that do not show, `.0` behind a
code, points between thousands, a byte order mark, title lines). What has two meanings is refused with pairs of rows and
the remedy (codes that change length, twins of a name, totals among the places). What is possible and odd is doubted,
on the page. `files` reads cells, `numbers` and `labels` make them numbers and names, `totals` finds sums among the
places, `units` looks at places over years (the `grid`), and `reader` puts them together. `borders` reads who borders
whom among the places.
"""
