"""Items to fill a table with."""


def thing(sk="1", **attributes):
    return {"pk": "things", "sk": sk, **attributes}
