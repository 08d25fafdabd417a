"""Mean waits where some customers go before others, and nobody who is being served is interrupted.

Source: A. Cobham, "Priority assignment in waiting line problems" (Journal of the Operations Research Society of America 2,
1954), for one server and for several; for one server also L. Kleinrock, "Queueing Systems, Volume 2" (1976), equation 3.31.
All classes must have the same mean service: for unequal ones and several servers no closed form is known.
"""

import math
from collections.abc import Sequence

from flexsim.errors import ConfigurationError
from flexsim.staffing.demand import check_agents
from flexsim.staffing.erlang_c import delay_probability


def mean_waits(agents: int, service: float, rates: Sequence[float]) -> list[float]:
    """The mean wait of each class in seconds; ``rates`` a second, those who go first at the front.

    W(k) = C(c, a) (s / c) / ((1 - u(k-1)) (1 - u(k))), where u(k) is the load of the classes up to k for each agent. A class
    that does not fit waits for ever; those before it still have their means, with agents who are always busy.
    """
    check_agents(agents)
    if not (service > 0.0 and all(rate > 0.0 for rate in rates)):
        raise ConfigurationError(f"rates and mean service must be above 0: {[*rates]}, {service:g}")
    busy = delay_probability(agents, service * math.fsum(rates))
    waits, before = [], 1.0
    for number in range(1, len(rates) + 1):
        spare = (agents - service * math.fsum(rates[:number])) / agents
        waits.append(busy * service / agents / (before * spare) if spare > 0.0 else math.inf)
        before = max(spare, 0.0)
    return waits
