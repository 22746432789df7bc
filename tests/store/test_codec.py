from hypothesis import HealthCheck, given, settings

import strategies
from pilottask import integrity
from pilottask.model import Ledger
from pilottask.store import blocks, codec
from pilottask.store.codec import Form


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=300)
@given(strategies.ledgers())
def test_x(ledger: Ledger) -> None:
    assert list(integrity.faults(ledger)) == []
    t = codec.decode(blocks.encode(ledger), Form.TOML).ledger
    assert t == ledger
    j = codec.decode(codec.encode_json(t), Form.JSON).ledger
    assert j == ledger
    assert blocks.encode(j) == blocks.encode(ledger)
