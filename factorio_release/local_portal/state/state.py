"""The state of the portal and what each write changes; a change is on disk before its answer is sent."""

from __future__ import annotations

import secrets
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from factorio_release.local_portal.refusals import Refusal
from factorio_release.local_portal.state.images import check_image
from factorio_release.local_portal.state.inspection import inspect_zip
from factorio_release.local_portal.state.records import StoredImage, StoredMod, StoredRelease
from factorio_release.local_portal.state.rules import (
    check_new_name,
    read_details,
    read_publish_options,
    wrong,
)
from factorio_release.local_portal.state.tickets import Tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from factorio_release.local_portal.http.form import Upload
    from factorio_release.local_portal.state.elsewhere import KnownMod
    from factorio_release.local_portal.state.inspection import InspectedZip
    from factorio_release.local_portal.state.store import Store

TIME_FIELDS = ("created_at", "updated_at")  # differ between two runs that do the same


class State:
    """Mods, their releases and galleries; all keys belong to one account, `owner`."""

    def __init__(self, store: Store, owner: str, clock: Callable[[], float]) -> None:
        self.store = store
        self.owner = owner
        self.clock = clock
        self.lock = threading.RLock()
        self.mods: dict[str, StoredMod] = store.load_mods()
        self.reserved: set[str] = store.load_reserved()
        # Mods of the public portal by name, None for one that it does not have; of others nothing is known.
        self.elsewhere: dict[str, KnownMod | None] = {}
        self.tickets = Tickets(clock)

    def init_publish(self, name: str) -> str:
        """Return the upload path for the zip of a new mod; observed: an `init` call changes nothing."""
        check_new_name(name)
        with self.lock:
            self._refuse_taken(name)
            return self.tickets.issue("publish", name)

    def init_upload(self, name: str) -> str:
        """Return the upload path for the zip of a further release."""
        with self.lock:
            return self.tickets.issue("release", self.own_mod(name).name)

    def init_image(self, name: str) -> str:
        """Return the upload path for an image."""
        with self.lock:
            return self.tickets.issue("image", self.own_mod(name).name)

    def finish_publish(
        self, token: str, upload: Upload, fields: Mapping[str, Sequence[str]]
    ) -> StoredMod:
        """Make a mod and its first release public."""
        name = self._redeem("publish", token)
        options = read_publish_options(fields)
        # Inspected without the lock: a large zip must not stop the other requests.
        package = inspect_zip(upload.path, name)
        with self.lock:
            # Checked again: another client may have published the name since `init_publish`.
            self._refuse_taken(name)
            now = self.clock()
            # Observed: title and summary come from info.json, licence and category have defaults.
            mod = StoredMod(name, self.owner, package.title, now, now, summary=package.summary)
            _assign(mod, options)
            self._add_release(mod, upload, package)
            self.mods[name] = mod
            return mod

    def finish_upload(self, token: str, upload: Upload) -> StoredMod:
        """Make a further release public."""
        name = self._redeem("release", token)
        package = inspect_zip(upload.path, name)
        with self.lock:
            mod = self.own_mod(name)
            # Observed: a version must be unused, it need not be the highest.
            if mod.release_of(package.version) is not None:
                raise Refusal("InvalidModRelease", "Release with that version already exists.")
            self._add_release(mod, upload, package)
            return mod

    def finish_image(self, token: str, upload: Upload) -> StoredImage:
        """Append an image to the gallery; its id is the SHA-1 of its bytes (documented)."""
        name = self._redeem("image", token)
        image = StoredImage(upload.sha1, check_image(upload.path))
        with self.lock:
            mod = self.own_mod(name)
            # Observed: adding an image a second time is refused.
            if any(known.id == image.id for known in mod.images):
                raise wrong("Image already exists")
            self.store.adopt(upload.path, image.id, image.extension)
            mod.images.append(image)
            self._touch(mod)
            return image

    def edit_details(self, name: str, fields: Mapping[str, Sequence[str]]) -> StoredMod:
        """Change the fields that were sent (observed: only these) and return the mod.

        Whether an edit without fields is accepted is not established; here it changes nothing.
        """
        with self.lock:
            mod = self.own_mod(name)
            changes = read_details(fields)
            if changes:
                _assign(mod, changes)
                self._touch(mod)
            return mod

    def edit_images(self, name: str, ids: Sequence[str]) -> StoredMod:
        """Set the gallery to exactly these images, in this order (documented); others are deleted."""
        with self.lock:
            mod = self.own_mod(name)
            known = {image.id: image for image in mod.images}
            if any(one not in known for one in ids) or len(set(ids)) != len(ids):
                raise wrong("Image does not exist")
            mod.images = [known[one] for one in ids]
            self._touch(mod)
            return mod

    def find(self, name: str) -> StoredMod:
        """Return a mod by name.

        Raises:
            Refusal: 404 with the text of the read API (observed).
        """
        with self.lock:
            if name not in self.mods:
                raise Refusal(None, "Mod not found", 404)
            return self.mods[name]

    def own_mod(self, name: str) -> StoredMod:
        """Return a mod that the account may change.

        Raises:
            Refusal: UnknownMod (documented), or Forbidden for the mod of another account (a choice).
        """
        mod = self.mods.get(name)
        if mod is None:
            raise Refusal("UnknownMod", "Unknown Mod")
        if mod.owner != self.owner:
            raise Refusal("Forbidden", "The mod belongs to another account")
        return mod

    def save(self, mod: StoredMod) -> None:
        """Store a mod as it is, for a seed or a change that no request made."""
        with self.lock:
            self.mods[mod.name] = mod
            self.store.save_mod(mod)

    def delete_mod(self, name: str, *, reserve: bool = False) -> None:
        """Remove a mod; `reserve` keeps its name taken (observed for mods of deleted accounts)."""
        with self.lock:
            self.mods.pop(name, None)
            self.store.remove_mod(name)
            if reserve:
                self.reserve(name)

    def reserve(self, name: str) -> None:
        """Reserve a name without a mod: publishing it answers ModAlreadyExists, reading it 404 (observed)."""
        with self.lock:
            self.reserved.add(name)
            self.store.save_reserved(self.reserved)

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """Return every mod without times and random ids, so that two portals can be compared."""
        with self.lock:
            return {name: _timeless(mod) for name, mod in self.mods.items()}

    def _redeem(self, purpose: Any, token: str) -> str:
        with self.lock:
            return self.tickets.redeem(purpose, token)

    def _refuse_taken(self, name: str) -> None:
        if name in self.mods or name in self.reserved:
            raise Refusal("ModAlreadyExists", "Mod already exists")

    def _add_release(self, mod: StoredMod, upload: Upload, package: InspectedZip) -> None:
        self.store.adopt(upload.path, upload.sha1, "zip")
        mod.releases.append(
            StoredRelease(
                id=secrets.token_hex(12),
                version=package.version,
                sha1=upload.sha1,
                size=upload.size,
                released_at=self.clock(),
                factorio_version=package.factorio_version,
                dependencies=package.dependencies,
                feature_flags=package.feature_flags,
            )
        )
        # Observed: the page shows the changelog of the newest upload, not of the highest version.
        mod.changelog = package.changelog
        mod.author = package.author
        mod.thumbnail = ""
        if package.thumbnail:
            mod.thumbnail = self.store.put(package.thumbnail, "png")
        self._touch(mod)

    def _touch(self, mod: StoredMod) -> None:
        mod.updated_at = self.clock()
        self.store.save_mod(mod)


def _assign(mod: StoredMod, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(mod, name, value)


def _timeless(mod: StoredMod) -> dict[str, Any]:
    values = {key: value for key, value in asdict(mod).items() if key not in TIME_FIELDS}
    for release in values["releases"]:
        del release["id"], release["released_at"]
    return values
