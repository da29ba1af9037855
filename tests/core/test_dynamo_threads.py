"""Threads that share a database don't mix up the names in their conditions."""

import threading

from boto3.dynamodb.conditions import ConditionExpressionBuilder

from core.dynamo import Attr, Expressions


def begun_beside_another(builder: ConditionExpressionBuilder) -> str:
    """What a thread builds while another is in the middle of its own."""
    built: list[str] = []
    builder.reset()
    builder.build_expression(Attr("title").eq("Stoa"))
    thread = threading.Thread(
        target=lambda: built.append(
            builder.build_expression(Attr("state").eq("live")).condition_expression
        )
    )
    thread.start()
    thread.join()
    return built[0]


def test_each_thread_numbers_its_own_names():
    assert begun_beside_another(Expressions()) == "#n0 = :v0"


def test_boto3s_own_builder_would_go_on_with_the_others():
    assert begun_beside_another(ConditionExpressionBuilder()) == "#n1 = :v1"
