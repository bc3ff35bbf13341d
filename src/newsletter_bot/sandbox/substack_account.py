"""Who one is on the Substack-style service: signing in, profile, publication, sections and tags."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from urllib.parse import quote

from flask import Response

from newsletter_bot.sandbox.routes import (
    Guard,
    Problem,
    Route,
    View,
    answer,
    invalid,
    json_body,
    own_host,
    refused,
    text,
)
from newsletter_bot.sandbox.state import Sandbox
from newsletter_bot.sandbox.store import Json
from newsletter_bot.sandbox.substack_access import BASES, Access
from newsletter_bot.sandbox.substack_faces import Faces
from newsletter_bot.sandbox.substack_posts import Posts
from newsletter_bot.sandbox.substack_shape import slug_of

CAPTCHA = "Please complete the captcha to continue"


class Account:
    """The author, his publication and what belongs to it beside posts."""

    def __init__(self, state: Sandbox, posts: Posts, access: Access) -> None:
        self._state, self._posts, self._access = state, posts, access
        self._faces = Faces(state)

    def routes(self) -> Iterable[Route]:
        """Their addresses, on both bases."""
        member, staff = self._access.member, self._access.staff
        listed: tuple[tuple[str, str, str, View, Guard | None], ...] = (
            ("login", "POST", "/login", self.login, None),
            ("profile", "GET", "/user/profile/self", self.profile, member),
            ("forbidden", "GET", "/user/self", self.forbidden, None),
            ("settings", "GET", "/settings", self.settings, member),
            ("settings", "GET", "/user-settings", self.settings, member),
            ("settings", "PUT", "/user-setting", self.change_setting, member),
            ("handles", "GET", "/handle/options", self.handles, member),
            ("public_profile", "GET", "/user/<handle>/public_profile", self.public_profile, None),
            ("subscription", "GET", "/subscription", self.subscription, staff),
            ("subscriptions", "GET", "/subscriptions", self.subscriptions, member),
            ("publication", "GET", "/publication", self.publication, None),
            ("users", "GET", "/publication/users", self.users, staff),
            ("users", "GET", "/publication/users/ranked", self.ranked, None),
            ("launch", "GET", "/publication_launch_checklist", self.launch, staff),
            ("sections", "GET", "/publication/sections", self.sections, staff),
            ("tags", "GET", "/publication/post-tag", self.tags, staff),
            ("tags", "POST", "/publication/post-tag", self.new_tag, staff),
            ("tag", "GET", "/post/<int:post_id>/tag", self.tags_of_post, staff),
            ("tag", "POST", "/post/<int:post_id>/tag/<tag>", self.link_tag, staff),
            ("tag", "DELETE", "/post/<int:post_id>/tag/<tag>", self.unlink_tag, staff),
            ("categories", "GET", "/categories", self.categories, None),
        )
        for base in BASES:
            for name, method, path, view, guard in listed:
                yield Route(name=f"substack.{name}", method=method, path=base + path, view=view, guard=guard)

    def login(self) -> Response:
        """Refused with the captcha message, unless the switch allows it: then the cookie is set, in its encoded form."""
        body = json_body()
        if self._state.switches.login == "captcha":
            raise refused(CAPTCHA, 401)
        if not (body.get("email") and body.get("password")):
            raise refused("Invalid email or password", 401)
        response = answer({"redirect": "/"})
        value = quote(self._state.session, safe="") if "%" not in self._state.session else self._state.session
        response.headers["Set-Cookie"] = f"substack.sid={value}; Path=/; HttpOnly"
        return response

    def forbidden(self) -> Response:
        """What this address has always said."""
        raise Problem(text("Not authorized", 403))

    def _publication(self) -> Json:
        paper = self._state.newsletter
        return {
            "id": paper.id,
            "name": paper.name,
            "subdomain": paper.subdomain,
            "custom_domain": self._state.switches.custom_domain,
            "custom_domain_optional": False,
            "hostname": self._access.root().partition("//")[2],
            "base_url": self._access.root(),
            "hero_text": paper.about,
            "logo_url": None,
            "author_id": self._state.author.id,
            "language": "en",
        }

    def _person(self) -> Json:
        author, publication = self._state.author, self._publication()
        role = {
            "id": 1,
            "user_id": author.id,
            "publication_id": publication["id"],
            "role": "admin",
            "public": True,
            "is_primary": True,
            "publication": publication,
        }
        return {
            "id": author.id,
            "name": author.name,
            "handle": author.handle,
            "photo_url": f"{own_host()}/images/nobody.png",
            "bio": "",
            "primaryPublication": publication,
            "publicationUsers": [role],
            "subscriptions": [],
        }

    def profile(self) -> Response:
        """The signed-in person with his publications."""
        return answer({**self._person(), "email": f"{self._state.author.handle}@sandbox.example"})

    def public_profile(self, handle: str) -> Response:
        """The same person as others see him."""
        if handle != self._state.author.handle:
            raise refused("Not found", 404)
        return answer(self._person())

    def settings(self) -> Response:
        """Settings of the account."""
        return answer(
            {"userSettings": [{"user_id": self._state.author.id, "type": "last_home_tab", "value_text": "inbox"}]}
        )

    def change_setting(self) -> Response:
        """The changed setting; clients use it to see whether they are connected."""
        return answer({"user_id": self._state.author.id, **json_body()})

    def handles(self) -> Response:
        """The handles one has or might have."""
        return answer({"potentialHandles": [{"id": "1", "handle": self._state.author.handle, "type": "existing"}]})

    def subscription(self) -> Response:
        """The author's own subscription, which names his user id."""
        ids = {"id": 1, "user_id": self._state.author.id, "publication_id": self._state.newsletter.id}
        return answer({**ids, "email_disabled": False, "membership_state": "free_signup"})

    def subscriptions(self) -> Response:
        """What the author reads; it also carries the sections of his publication."""
        publication = {**self._publication(), "sections": self._faces.sections()}
        return answer(
            {"publications": [publication], "publicationUsers": self._person()["publicationUsers"], "subscriptions": []}
        )

    def publication(self) -> Response:
        """The owner's view; everybody else gets a 403 in plain words."""
        self._access.anyone()
        if not self._access.is_signed_in():
            raise Problem(text("Not authorized", 403))
        return answer(self._publication())

    def users(self) -> Response:
        """The team."""
        author = self._state.author
        return answer(
            [{"id": author.id, "user_id": author.id, "name": author.name, "handle": author.handle, "role": "admin"}]
        )

    def ranked(self) -> Response:
        """Public authors."""
        self._access.anyone()
        return answer([self._faces.byline()])

    def launch(self) -> Response:
        """The checklist with a sample of subscribers."""
        return answer({"subscriberCount": 3, "subscribers": [{"id": number} for number in (1, 2, 3)]})

    def sections(self) -> Response:
        """The publication's sections."""
        return answer(self._faces.sections())

    def tags(self) -> Response:
        """The publication's tags."""
        return answer(list(self._state.substack_tags))

    def new_tag(self) -> Response:
        """A tag by name; one of that name is answered again."""
        name = json_body().get("name")
        if not isinstance(name, str) or not name.strip():
            raise invalid("body", "name", name)
        for tag in self._state.substack_tags:
            if tag["name"].casefold() == name.strip().casefold():
                return answer(tag)
        made: Json = {"id": str(uuid.uuid4()), "name": name.strip(), "slug": slug_of(name), "hidden": False}
        made["publication_id"] = self._state.newsletter.id
        self._state.substack_tags.put(made["id"], made)
        return answer(made)

    def tags_of_post(self, post_id: int) -> Response:
        """The tags of one post."""
        return answer(self._faces.tags(self._posts.find(post_id)))

    def link_tag(self, post_id: int, tag: str) -> Response:
        """Gives a post a tag; twice is once."""
        post = self._posts.find(post_id)
        if self._state.substack_tags.get(tag) is None:
            raise invalid("params", "tagId", tag)
        if tag not in post["tags"]:
            post["tags"].append(tag)
            self._state.substack_posts.put(post_id, post)
        return answer({"post_id": post_id, "post_tag_id": tag})

    def unlink_tag(self, post_id: int, tag: str) -> Response:
        """Takes a tag from a post."""
        post = self._posts.find(post_id)
        post["tags"] = [name for name in post["tags"] if name != tag]
        self._state.substack_posts.put(post_id, post)
        return answer({})

    def categories(self) -> Response:
        """The service's categories."""
        return answer(
            [{"id": 4, "name": "Technology", "slug": "technology"}, {"id": 96, "name": "Culture", "slug": "culture"}]
        )
