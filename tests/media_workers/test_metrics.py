from media_workers.metrics import Durations, counters, gauge, render


def test_metrics_are_lines_of_prometheus() -> None:
    metrics = [
        gauge("stoa_peers", "Peers", 3),
        counters("stoa_edge", "Datagrams", "fate", {"flood": 2, "empty": 1}),
    ]

    assert list(render(metrics)) == [
        "# HELP stoa_peers Peers",
        "# TYPE stoa_peers gauge",
        "stoa_peers 3",
        "# HELP stoa_edge Datagrams",
        "# TYPE stoa_edge counter",
        'stoa_edge{fate="empty"} 1',
        'stoa_edge{fate="flood"} 2',
    ]


def test_a_histogram_is_cumulative() -> None:
    durations = Durations()
    for seconds in (0.0005, 0.004, 0.004, 1.0):
        durations.add(seconds)

    lines = list(durations.lines("tick", "Ticks"))

    assert 'tick_bucket{le="0.001"} 1' in lines
    assert 'tick_bucket{le="0.005"} 3' in lines
    assert 'tick_bucket{le="0.05"} 3' in lines
    assert 'tick_bucket{le="+Inf"} 4' in lines
    assert lines[-2:] == ["tick_sum 1.008500", "tick_count 4"]
