"""The practice town: stand-ins for LINE and Slack at their own HTTP protocols, and a page to use them.

It serves newcomers (nobody needs an account to see the arrow go round) and the tests. It is no
shortcut through the code: events arrive at our webhooks signed, and answers come back through the
real SDKs, with the platforms' limits enforced.
"""
