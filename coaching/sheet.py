"""The sheets of a playbook: YAML that remembers on which line each thing stands.

A playbook is written on one sheet or several; several are added up. A company's own sheets are
laid over the bundled ones: they change fields of cards, add cards, phrases and words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Path = tuple[str | int, ...]
ADDED = ("cards", "hotwords", "forbidden")
"""Sections that are lists."""
NAMED = ("drivers", "phrases", "agent", "words", "limits")
"""Sections with names."""


class SheetError(ValueError):
    """A sheet that cannot be used; the message is one line."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}{problem}")


class Sheet:
    """What was written, and where.

    Attributes
    ----------
    data
        As YAML gives it: a mapping.
    places
        File and line of each path into ``data``, for messages.
    """

    def __init__(self, data: dict[str, Any], places: dict[Path, str]) -> None:
        self.data = data
        self.places = places

    def where(self, path: Path) -> str:
        """Give the place of a path, or of the nearest thing around it, as ``file:line: ``."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, "")


def read(text: str, name: str = "") -> Sheet:
    """Read a sheet of a playbook.

    Parameters
    ----------
    text
        YAML.
    name
        Of its file, for messages.

    Raises
    ------
    SheetError
        If it is not YAML, or not a mapping of known sections.
    """
    sheet = parsed(text, name, "playbook")
    for section, kind in (*((n, list) for n in ADDED), *((n, dict) for n in NAMED)):
        if not isinstance(sheet.data.get(section, kind()), kind):
            wanted = "a list" if kind is list else "a mapping"
            problem = f"playbook, {section}: should be {wanted}"
            raise SheetError(sheet.where((section,)), problem)
    return sheet


def parsed(text: str, name: str, what: str) -> Sheet:
    """Read YAML that is a mapping, and remember its lines.

    Parameters
    ----------
    text, name
        See :func:`read`.
    what
        What is written there, for messages: ``playbook``.

    Raises
    ------
    SheetError
        If it is not YAML, or not a mapping.
    """
    import yaml  # replaying a log of facts needs no YAML

    def place(mark: Any) -> str:
        return f"{name}:{mark.line + 1}: " if name else f"line {mark.line + 1}: "

    # not the loader of libyaml, which a file that is nested deeply enough crashes
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        data = None if root is None else loader.construct_document(root)
    except RecursionError:
        raise SheetError(f"{name}: " if name else "", f"{what}: nested too deeply") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = f"not YAML: {error.problem or error.context}"
        raise SheetError(place(mark) if mark else "", f"{what}: {problem}") from None
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise SheetError("", f"{what}: not YAML: {problem}") from None
    places: dict[Path, str] = {}

    def walk(node: Any, path: Path) -> None:
        places.setdefault(path, place(node.start_mark))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                places[(*path, key.value)] = place(key.start_mark)
                walk(value, (*path, key.value))
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                walk(value, (*path, number))

    if root is not None:
        walk(root, ())
    if not isinstance(data, dict):
        raise SheetError(f"{name}: " if name else "", f"{what}: is not a mapping of sections")
    return Sheet(data, places)


def added(sheets: Iterable[Sheet]) -> Sheet:
    """Add up sheets that are parts of one playbook.

    Raises
    ------
    SheetError
        If a name is given twice where it can mean one thing only.
    """
    whole = Sheet({}, {})
    for sheet in sheets:
        for section, value in sheet.data.items():
            if section in ADDED:
                for number, item in enumerate(value):
                    _append(whole, section, item, sheet, (section, number))
            elif section in NAMED:
                for key, item in value.items():
                    if key in whole.data.get(section, {}):
                        where = sheet.where((section, key))
                        raise SheetError(where, f"playbook, {section}: {key} is there twice")
                    _put(whole, (section, key), item, sheet)
            elif whole.data.get(section, value) != value:
                raise SheetError(sheet.where((section,)), f"playbook, {section}: differs")
            else:
                whole.data[section] = value
                _copy_places(whole, (section,), sheet, (section,))
    return whole


def laid_over(base: Sheet, over: Sheet) -> Sheet:
    """Lay a company's sheet over a playbook.

    A card with a known id changes the fields that it gives; other cards come first, behind those
    about safety. Phrases and words are added to the lists of their name, everything else replaces.

    Raises
    ------
    SheetError
        If a card has no id, or one is taken away that is not there.
    """
    whole = added([base])
    for section, value in over.data.items():
        if section == "cards":
            _lay_cards(whole, over)
        elif section == "remove":
            _remove(whole, over)
        elif section in ADDED:
            for number, item in enumerate(value):
                _append(whole, section, item, over, (section, number))
        elif section in ("phrases", "agent", "words"):
            for key, item in value.items():
                known = whole.data.get(section, {}).get(key)
                _put(whole, (section, key), _more(known, item), over)
        elif section in NAMED:
            for key, item in value.items():
                _put(whole, (section, key), item, over)
        else:
            whole.data[section] = value
            _copy_places(whole, (section,), over, (section,))
    return whole


def _lay_cards(whole: Sheet, over: Sheet) -> None:
    cards = whole.data.setdefault("cards", [])
    rank = {card.get("id"): number for number, card in enumerate(cards) if isinstance(card, dict)}
    fresh: list[tuple[Any, Path]] = []
    for number, card in enumerate(over.data["cards"]):
        path: Path = ("cards", number)
        if not isinstance(card, dict) or "id" not in card:
            raise SheetError(over.where(path), "a card needs an id")
        if card["id"] in rank:
            place = rank[card["id"]]
            cards[place] = {**cards[place], **card}
            _copy_places(whole, ("cards", place), over, path)
        else:
            fresh.append((card, path))
    old = [(card, whole, ("cards", number)) for number, card in enumerate(cards)]
    urgent = [o for o in old if isinstance(o[0], dict) and o[0].get("priority") == "P0"]
    usual = [o for o in old if o not in urgent]
    ordered = [*urgent, *((card, over, path) for card, path in fresh), *usual]
    places = {path: place for path, place in whole.places.items() if path[:1] != ("cards",)}
    moved = Sheet({**whole.data, "cards": []}, places)
    for card, sheet, origin in ordered:
        _append(moved, "cards", card, sheet, origin)
    whole.data, whole.places = moved.data, moved.places


def _remove(whole: Sheet, over: Sheet) -> None:
    for number, wanted in enumerate(over.data["remove"]):
        kept = [n for n, card in enumerate(whole.data.get("cards", [])) if card["id"] != wanted]
        if len(kept) == len(whole.data.get("cards", [])):
            raise SheetError(over.where(("remove", number)), f"there is no card {wanted!r}")
        moved = Sheet({}, {})
        for n in kept:
            _append(moved, "cards", whole.data["cards"][n], whole, ("cards", n))
        whole.data["cards"] = moved.data.get("cards", [])
        rest = {path: place for path, place in whole.places.items() if path[:1] != ("cards",)}
        whole.places = {**rest, **moved.places}


def _more(known: Any, item: Any) -> Any:
    """Add phrases to a list of them, in either way of writing one."""
    if known is None:
        return item
    if isinstance(known, list) and isinstance(item, list):
        return [*known, *item]
    old = known if isinstance(known, dict) else {"any": known}
    new = item if isinstance(item, dict) else {"any": item}
    if not all(isinstance(part, (list, tuple)) for part in (old.get("any"), new.get("any", []))):
        return item  # its fault is told when it is checked
    return {
        **old,
        **new,
        "any": [*old["any"], *new.get("any", [])],
        "unless": [*old.get("unless", []), *new.get("unless", [])],
    }


def _append(whole: Sheet, section: str, item: Any, sheet: Sheet, origin: Path) -> None:
    items = whole.data.setdefault(section, [])
    _copy_places(whole, (section, len(items)), sheet, origin)
    items.append(item)


def _put(whole: Sheet, path: Path, item: Any, sheet: Sheet) -> None:
    section, key = path
    whole.places.setdefault((section,), sheet.where((section,)))
    whole.data[str(section)] = {**whole.data.get(str(section), {}), key: item}
    _copy_places(whole, path, sheet, path)


def _copy_places(whole: Sheet, path: Path, sheet: Sheet, origin: Path) -> None:
    size = len(origin)
    found: Mapping[Path, str] = {
        (*path, *known[size:]): place
        for known, place in sheet.places.items()
        if known[:size] == origin
    }
    whole.places.update(found)
