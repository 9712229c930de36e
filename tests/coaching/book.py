"""A playbook for tests of delivery: one card for each kind of cause."""

from __future__ import annotations

from coaching.playbook import Playbook

YAML = """
language: en
drivers:
  {f0_median: higher, f0_spread: livelier, articulation_rate: faster, pause_ratio: denser,
   level: louder, tilt: sharper,
   spectral_flux: unsteady}
phrases:
  angry: [angry]
  worried: [worried]
  gives_up: [forget it]
  declines: [no thanks]
  danger: [danger]
  gas: [gas]
  apples: [apples]
  pears: [pears]
  plums: [plums]
  figs: [figs]
cards:
  - {id: danger, kind: safety, priority: P0, when: [{heard: danger}], why: danger,
     say: call the ambulance, next: n, avoid: a}
  - {id: gas, kind: safety, priority: P0, when: [{heard: gas}], why: gas,
     say: open every window, next: n, avoid: a}
  - {id: gone, kind: withdrawal, when: [{withdrawal: true}], why: gone, say: one honest offer,
     next: n, avoid: a}
  - {id: apples, kind: word, when: [{heard: apples}], why: apples,
     say: green apples taste sour, next: n, avoid: a}
  - {id: pears, kind: word, when: [{heard: pears}], why: pears, say: yellow pears taste sweet,
     next: n, avoid: a}
  - {id: plums, kind: word, when: [{heard: plums}], why: plums, say: plums, next: n, avoid: a}
  - {id: figs, kind: word, when: [{heard: figs}], why: figs, say: figs, next: n, avoid: a}
  - {id: hush, kind: turn, when: [{silence_s: 4}], why: hush, say: speak freely, next: n, avoid: a}
  - {id: tense, kind: tension, when: [{state: tense}], why: "{driver}", say: breathe slowly,
     next: n, avoid: a}
"""

BOOK = Playbook.from_yaml(YAML)
