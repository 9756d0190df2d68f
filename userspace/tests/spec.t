#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The YNL specification says what the uapi header says: names, numbers, types.

For a difference it prints what to write into the specification, and where.
Speaks TAP.
"""

import os
import re
import sys

import yaml

ROOT = os.path.join(os.path.dirname(os.path.realpath(__file__)), '../..')
HEADER = 'include/uapi/linux/nflb.h'
SPEC = 'include/netlink/specs/nflb.yaml'

# What the comment of an attribute begins with, and how the specification
# writes it
TYPES = {
    'u8': 'type: u8',
    'u16': 'type: u16',
    'u32': 'type: u32',
    'u64': 'type: u64',
    's32': 'type: s32',
    'flag': 'type: flag',
    'string': 'type: string',
    'be16': 'type: u16, byte-order: big-endian',
    'be32': 'type: u32, byte-order: big-endian',
    '16': 'type: binary, checks: {exact-len: 16}',
    'nest': 'type: nest, nested-attributes: ...',
}


def read(path):
    with open(os.path.join(ROOT, path), encoding='ascii') as stream:
        return stream.read()


# The header

def read_enum(body):
    """(name, first word of its comment) in the order of the numbers."""
    entries = []
    for line in body.splitlines():
        name = re.match(r'\s*(NFLB_\w+)\s*,', line)
        if name:
            comment = re.search(r'/\*\s*(\w+)', line)
            entries.append((name[1], comment[1] if comment else ''))
    return entries


def header_enums(text):
    return {name: read_enum(body) for name, body in
            re.findall(r'^enum (\w+) \{(.*?)^\}', text, flags=re.S | re.M)}


def header_constants(text):
    found = re.findall(r'^#define (NFLB_\w+)\s+(\d+)\b', text, flags=re.M)
    return {name: int(value) for name, value in found
            if name != 'NFLB_GENL_VERSION'}


# The specification

def c_name(*parts):
    return ''.join(parts).replace('-', '_').upper()


def spec_name(name, prefix):
    return name[len(prefix):].lower().replace('_', '-')


def spec_enums(spec):
    """By name of the enum: where it is, prefix, first number, its entries."""
    enums = {}
    for definition in spec['definitions']:
        if definition['type'] == 'enum':
            name = 'nflb_' + definition['name'].replace('-', '_')
            enums[name] = (f"definition '{definition['name']}'",
                           name.upper() + '_', 0, definition['entries'])
    for space in spec['attribute-sets']:
        enums[space['enum-name'].replace('-', '_')] = (
            f"attribute-set '{space['name']}'", c_name(space['name-prefix']),
            1, space['attributes'])
    operations = spec['operations']
    enums[operations['enum-name'].replace('-', '_')] = (
        'operations', c_name(operations['name-prefix']), 1, operations['list'])
    return enums


def entry_name(entry):
    return entry if isinstance(entry, str) else entry['name']


def entry_type(entry):
    """The word of the header for a type of the specification."""
    kind = entry['type']
    if entry.get('byte-order') == 'big-endian':
        return {'u16': 'be16', 'u32': 'be32'}.get(kind, kind)
    if kind == 'binary':
        return str(entry.get('checks', {}).get('exact-len', kind))
    return 'nest' if kind == 'indexed-array' else kind


# The comparison

class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, name, complaints):
        self.count += 1
        self.failed += bool(complaints)
        print(f"{'not ' if complaints else ''}ok {self.count} - {name}")
        for complaint in complaints:
            print(f'# {complaint}', file=sys.stderr)

    def end(self):
        print(f'1..{self.count}')
        return self.failed > 0


def line_for(place, name, prefix, comment):
    """What the specification needs for an entry of the header."""
    new = spec_name(name, prefix)
    if place == 'operations':
        return (f'- {{name: {new}, doc: ..., attribute-set: message, '
                'do: {request: {attributes: [...]}}}')
    if place.startswith('definition'):
        return f'- {new}'
    if new == 'pad':
        return '- {name: pad, type: pad}'
    return f"- {{name: {new}, {TYPES.get(comment, 'type: ...')}}}"


def compare_entry(place, number, want, entry, prefix):
    name, comment = want
    if entry is None or entry_name(entry) != spec_name(name, prefix):
        there = 'nothing' if entry is None else f"'{entry_name(entry)}'"
        return [f'{SPEC}: {place}: number {number} is {there}, {HEADER} has '
                f'{name}: write there: {line_for(place, name, prefix, comment)}']
    if isinstance(entry, str):
        return []
    if entry.get('value', number) != number:
        return [f'{SPEC}: {place}: {name} is {number}: remove the value of '
                f"'{entry_name(entry)}'"]
    if comment in TYPES and 'type' in entry and entry_type(entry) != comment:
        return [f'{SPEC}: {place}: {HEADER} says that {name} is {comment}: '
                f'write {line_for(place, name, prefix, comment)}']
    return []


def compare_enum(name, wanted, found):
    if found is None:
        return [f'{SPEC} lacks enum {name}: add an attribute-set with '
                f"'enum-name: {name.replace('_', '-')}' or a definition "
                f"'{name.removeprefix('nflb_').replace('_', '-')}' of type enum"]
    place, prefix, first, entries = found
    if first:
        wanted = wanted[1:]
    complaints = []
    for i, want in enumerate(wanted):
        complaints += compare_entry(place, i + first, want,
                                    entries[i] if i < len(entries) else None,
                                    prefix)
    for entry in entries[len(wanted):]:
        complaints.append(f"{SPEC}: {place}: '{entry_name(entry)}' is not in "
                          f'enum {name} of {HEADER}: remove it')
    return complaints


def compare_constants(wanted, spec):
    found = {c_name('nflb-', d['name']): d['value']
             for d in spec['definitions'] if d['type'] == 'const'}
    return [f'{SPEC}: definitions: write: - {{type: const, name: '
            f"{spec_name(name, 'NFLB_')}, value: {value}}}"
            for name, value in wanted.items() if found.get(name) != value] + \
           [f'{SPEC}: definitions: {HEADER} has no {name}: remove it'
            for name in found if name not in wanted]


def references(spec):
    """Names of sets and enums that attributes refer to but nobody defines."""
    sets = {space['name'] for space in spec['attribute-sets']}
    enums = {d['name'] for d in spec['definitions'] if d['type'] == 'enum'}
    complaints = []
    for space in spec['attribute-sets']:
        for entry in space['attributes']:
            nested, enum = entry.get('nested-attributes'), entry.get('enum')
            if nested and nested not in sets:
                complaints.append(f"{SPEC}: no attribute-set '{nested}'")
            if enum and enum not in enums:
                complaints.append(f"{SPEC}: no enum '{enum}'")
    return complaints


def message_attributes(spec):
    """Operations take attributes of the top level only."""
    known = {entry['name'] for space in spec['attribute-sets']
             if space['name'] == 'message' for entry in space['attributes']}
    complaints = []
    for operation in spec['operations']['list']:
        for mode in ('do', 'dump'):
            for part in operation.get(mode, {}).values():
                complaints += [
                    f"{SPEC}: operation '{operation['name']}': no attribute "
                    f"'{name}' at the top level"
                    for name in part['attributes'] if name not in known]
    return complaints


def main():
    header, spec = read(HEADER), yaml.safe_load(read(SPEC))
    wanted, found, tap = header_enums(header), spec_enums(spec), Tap()

    tap.check('the header has the enums this test knows of',
              [] if 'nflb_cmd' in wanted and len(wanted) > 5 else
              [f'{HEADER} cannot be read'])
    for name, entries in wanted.items():
        tap.check(f'enum {name}', compare_enum(name, entries, found.get(name)))
    tap.check('no enum that the header does not have',
              [f'{SPEC}: {found[name][0]}: {HEADER} has no enum {name}'
               for name in found if name not in wanted])
    tap.check('constants', compare_constants(header_constants(header), spec))
    tap.check('references', references(spec))
    tap.check('attributes of operations', message_attributes(spec))
    return tap.end()


sys.exit(main())
