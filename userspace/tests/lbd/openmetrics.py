#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Read a page of OpenMetrics 1.0 from stdin and say what is wrong with it.

Obeyed are the rules of the text format that a page without timestamps,
exemplars and units can break: one TYPE and HELP per family, all its samples
below them and together, suffixes that fit the type, label sets that differ,
numbers that are numbers, histograms whose buckets grow, one EOF at the end.
"""
import re
import sys

NAME = re.compile(r'[a-zA-Z_:][a-zA-Z0-9_:]*')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)')
SUFFIXES = {
    'counter': ('_total',),
    'gauge': ('',),
    'info': ('_info',),
    'stateset': ('',),
    'histogram': ('_bucket', '_count', '_sum'),
}


class Wrong(Exception):
    pass


class Family:
    def __init__(self, name, kind):
        self.name, self.kind, self.help = name, kind, None
        self.seen = {}
        self.buckets = {}


def parse_labels(text):
    labels, at = {}, 0
    while at < len(text):
        match = LABEL.match(text, at)
        if not match:
            raise Wrong(f'labels: {text}')
        if match[1] in labels:
            raise Wrong(f'label {match[1]} twice')
        labels[match[1]] = match[2]
        at = match.end()
        if match[3] == ',' and at == len(text):
            raise Wrong('a comma after the last label')
    return labels


def split_sample(line):
    name = NAME.match(line)
    if not name:
        raise Wrong('no name')
    rest = line[name.end():]
    labels = {}
    if rest.startswith('{'):
        end = rest.rindex('}')
        labels = parse_labels(rest[1:end])
        rest = rest[end + 1:]
    if not rest.startswith(' '):
        raise Wrong('no space before the value')
    return name[0], labels, rest[1:]


def add_bucket(family, labels, value):
    if 'le' not in labels:
        raise Wrong('a bucket without le')
    bound = float(labels['le'].replace('+Inf', 'inf'))
    key = tuple(sorted((k, v) for k, v in labels.items() if k != 'le'))
    buckets = family.buckets.setdefault(key, [])
    if buckets and (buckets[-1][0] >= bound or buckets[-1][1] > value):
        raise Wrong('buckets do not grow')
    buckets.append((bound, value))


def take_sample(family, line):
    name, labels, text = split_sample(line)
    if not name.startswith(family.name):
        raise Wrong(f'{name} stands below {family.name}')
    suffix = name[len(family.name):]
    if suffix not in SUFFIXES[family.kind]:
        raise Wrong(f'suffix {suffix!r} of a {family.kind}')
    if not re.fullmatch(r'[+-]?(\d+\.?\d*([eE][+-]?\d+)?|Inf|NaN)', text):
        raise Wrong(f'value {text!r}')
    value = float(text)
    key = (suffix, tuple(sorted(labels.items())))
    if key in family.seen:
        raise Wrong('the same sample twice')
    family.seen[key] = value
    if family.kind == 'counter' and not value >= 0:
        raise Wrong('a counter below 0')
    if family.kind == 'stateset' and (value not in (0, 1) or
                                      family.name not in labels):
        raise Wrong('a stateset has a label of its name, and 0 or 1')
    if suffix == '_bucket':
        add_bucket(family, labels, value)


def end_family(family):
    if not family:
        return
    if family.help is None:
        raise Wrong(f'{family.name} has no HELP')
    for key, buckets in family.buckets.items():
        if buckets[-1][0] != float('inf'):
            raise Wrong(f'{family.name} has no bucket +Inf')
        if family.seen.get(('_count', key)) != buckets[-1][1]:
            raise Wrong(f'_count of {family.name} is not that of +Inf')


def take_comment(line, families, family):
    words = line.split(' ', 3)
    if words[1] == 'TYPE':
        end_family(family)
        if words[2] in families or len(words) != 4 or words[3] not in SUFFIXES:
            raise Wrong('TYPE')
        families[words[2]] = Family(words[2], words[3])
        return families[words[2]]
    if words[1] != 'HELP' or not family or words[2] != family.name:
        raise Wrong('comment')
    if family.help is not None or family.seen:
        raise Wrong('HELP comes once, before samples')
    family.help = words[3]
    return family


def check(text):
    if not text.endswith('# EOF\n'):
        raise Wrong('the end is not # EOF')
    families, family = {}, None
    for number, line in enumerate(text[:-len('# EOF\n')].splitlines(), 1):
        try:
            if line.startswith('#'):
                family = take_comment(line, families, family)
            elif family:
                take_sample(family, line)
            else:
                raise Wrong('a sample without TYPE')
        except Wrong as wrong:
            raise Wrong(f'line {number}: {wrong}: {line}') from None
    end_family(family)
    return sum(len(f.seen) for f in families.values()), len(families)


def main():
    try:
        print('%d samples of %d families' % check(sys.stdin.read()))
    except Wrong as wrong:
        print(wrong)
        return 1
    try:
        from prometheus_client.openmetrics import parser
    except ImportError:
        return 0
    sys.stdin.seek(0)
    list(parser.text_string_to_metric_families(sys.stdin.read()))
    return 0


if __name__ == '__main__':
    sys.exit(main())
