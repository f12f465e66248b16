"""Rich menus of the stand-in for LINE: the big buttons under a chat."""

from __future__ import annotations

import secrets

from starlette.responses import Response

from handlers.practice import line_limits
from handlers.practice.line_state import LineState
from handlers.practice.line_wire import Answer, Asked, Handler, Refused, check


class RichMenus:
    """Makes rich menus, and shows them to everybody or to one person."""

    def __init__(self, state: LineState) -> None:
        """Keep the menus in `state`."""
        self.state = state

    def table(self) -> list[tuple[str, str, Handler]]:
        """Verb, path after /v2/bot/, and what answers it."""
        return [
            ("POST", "richmenu", self.make_menu),
            ("GET", "richmenu/list", self.menus),
            ("POST", "richmenu/{menu_id}/content", self.menu_picture),
            ("GET", "richmenu/{menu_id}/content", self.see_picture),
            ("GET", "richmenu/{menu_id}", self.menu),
            ("DELETE", "richmenu/{menu_id}", self.delete_menu),
            ("POST", "user/all/richmenu/{menu_id}", self.default_menu),
            ("DELETE", "user/all/richmenu", self.no_default_menu),
            ("POST", "user/{user_id}/richmenu/{menu_id}", self.link_menu),
            ("DELETE", "user/{user_id}/richmenu", self.unlink_menu),
        ]

    async def make_menu(self, asked: Asked) -> Answer:
        """Make a rich menu (it shows once it has been linked)."""
        check(line_limits.rich_menu_problems(asked.body))
        menu_id = f"richmenu-{secrets.token_hex(16)}"
        self.state.rich_menus[menu_id] = asked.body | {"richMenuId": menu_id}
        return {"richMenuId": menu_id}

    async def menus(self, asked: Asked) -> Answer:
        """Every rich menu."""
        return {"richmenus": list(self.state.rich_menus.values())}

    async def menu(self, asked: Asked) -> Answer:
        """One rich menu."""
        return self.state.rich_menus[self._menu(asked)]

    async def menu_picture(self, asked: Asked) -> Answer:
        """Take the picture of a rich menu: JPEG or PNG up to 1 MB."""
        kind = asked.request.headers.get("content-type", "")
        if kind not in ("image/png", "image/jpeg"):
            raise Refused(415, "Unsupported Media Type")
        if len(asked.raw) > 1024 * 1024:
            raise Refused(413, "Request Entity Too Large")
        self.state.contents[self._menu(asked)] = (asked.raw, kind)
        return {}

    async def see_picture(self, asked: Asked) -> Answer:
        """Give the picture of a rich menu back."""
        menu_id = self._menu(asked)
        if menu_id not in self.state.contents:
            raise Refused(404, "Not found")
        data, kind = self.state.contents[menu_id]
        return Response(data, media_type=kind)

    async def delete_menu(self, asked: Asked) -> Answer:
        """Throw a rich menu away."""
        del self.state.rich_menus[self._menu(asked)]
        self.state.version += 1
        return {}

    async def default_menu(self, asked: Asked) -> Answer:
        """Show a rich menu to everybody who has none of their own."""
        self.state.default_rich_menu = self._menu(asked)
        self.state.version += 1
        return {}

    async def no_default_menu(self, asked: Asked) -> Answer:
        """Take the default away."""
        self.state.default_rich_menu = None
        self.state.version += 1
        return {}

    async def link_menu(self, asked: Asked) -> Answer:
        """Show a rich menu to one person, at once."""
        self.state.user(asked.request.path_params["user_id"]).rich_menu = self._menu(asked)
        self.state.version += 1
        return {}

    async def unlink_menu(self, asked: Asked) -> Answer:
        """Back to the default."""
        self.state.user(asked.request.path_params["user_id"]).rich_menu = None
        self.state.version += 1
        return {}

    def _menu(self, asked: Asked) -> str:
        menu_id = str(asked.request.path_params["menu_id"])
        if menu_id not in self.state.rich_menus:
            raise Refused(404, "Not found")
        return menu_id
