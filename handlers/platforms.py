"""The platforms that Kizuki can be connected to, and the language model that it may ask, in one list.

Each gives a `Platform` when it is configured and None when it is not. A further platform is one module with a
`connect` like these, and one entry here.
"""

from handlers import line, mail, proposer, slack

CONNECT = (line.connect, slack.connect, mail.connect, proposer.connect)
