from collections import Counter

from media_workers.metrics.measures import counter, counters, gauge, starting


def test_what_only_grows_is_called_total_and_told_apart_by_its_label() -> None:
    metric = counters("stoa_drops", "Datagrams", "reason", {"flood": 2, "empty": 1})

    assert [(sample.name, sample.labels, sample.value) for sample in metric.samples] == [
        ("stoa_drops_total", {"reason": "empty"}, 1),
        ("stoa_drops_total", {"reason": "flood"}, 2),
    ]


def test_one_number_has_no_label() -> None:
    (peers,) = gauge("stoa_peers", "Peers", 3).samples
    (late,) = counter("stoa_ticks_late", "Slots", 4).samples

    assert (peers.name, peers.labels, peers.value) == ("stoa_peers", {}, 3)
    assert (late.name, late.labels, late.value) == ("stoa_ticks_late_total", {}, 4)


def test_counters_of_one_kind_are_found_by_how_their_names_start() -> None:
    assert starting(Counter(unsent_no_room=2, packets=5), "unsent_") == {"no_room": 2}
