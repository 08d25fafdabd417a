"""The parts that rules make their texts of: in several wordings, by tone. Data only; ``wording`` puts them together.

Places in braces are filled in: ``{what}`` is an action with its amount (``hire 2 people for support``), ``{fact}`` a figure in
words, ``{topic}`` what the scenario says, ``{who}`` another role's title, ``{week}`` the week's number.
"""

from collections.abc import Mapping
from typing import Final

# Figures as facts: with the number for those who like numbers, without for the others.
NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "service_level": (
        "we answered {service_level:.0%} of {contacts:,} contacts in time",
        "{contacts:,} contacts came in and {service_level:.0%} were answered within 20 seconds",
        "the service level stands at {service_level:.1%}, with {support} people in support",
    ),
    "churn": (
        "{churn:.2%} of our customers left last week",
        "at {churn:.2%} a week we lose about {lost_a_month:,.0f} customers a month",
        "weekly churn is {churn:.2%} of {customers:,} customers",
    ),
    "morale": (
        "morale is at {morale:.2f}",
        "the team's morale stands at {morale:.0%}",
        "morale has come to {morale:.2f} of 1",
    ),
    "budget": (
        "there are ${budget:,.0f}k left, with ${costs:,.1f}k a week going out",
        "we spend ${costs:,.1f}k a week and take in ${revenue:,.1f}k",
        "the budget is ${budget:,.0f}k",
    ),
    "revenue": (
        "revenue is ${revenue:,.1f}k a week against costs of ${costs:,.1f}k",
        "{customers:,} customers at ${price:.2f} bring ${revenue:,.1f}k a week",
        "a week brings ${revenue:,.1f}k",
    ),
    "customers": (
        "we have {customers:,} customers",
        "the customer count is {customers:,}, with {sales} people selling",
    ),
    "backlog": ("the backlog holds {backlog:,.0f} items", "{backlog:,.0f} items wait, for {engineering} engineers"),
    "quality": (
        "quality is at {quality:.2f}",
        "quality stands at {quality:.0%} and drives {contacts:,} contacts a week",
    ),
    "release": (
        "the next release is {release_in:.1f} weeks of work away",
        "{release_in:.1f} weeks of work stand before the release",
    ),
    "value": ("the product's value is {value:.2f} of the market's", "against the market we stand at {value:.2f}"),
    "incident": ("the outage is at {incident:.0%} severity", "{incident:.0%} of the outage is still with us"),
}
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "service_level": (
        "callers wait",
        "the phones do not stop",
        "people wait in the queue again",
        "the queue is what customers know us by",
    ),
    "churn": ("customers are leaving", "people walk away from us", "we are losing customers we had won"),
    "morale": ("people are tired", "the mood on the floor is poor", "the team has had enough"),
    "budget": ("money is short", "we are eating what we saved", "the purse is not deep"),
    "revenue": ("the market would pay", "there is money on the table", "we could sell more than we do"),
    "customers": ("there are customers to be won", "the market is moving without us", "new names come in too slowly"),
    "backlog": ("the backlog grows over our heads", "old work keeps piling up", "what we owe ourselves keeps growing"),
    "quality": ("too much breaks", "customers find our mistakes before we do", "the product is not as solid as we say"),
    "release": ("everybody waits for the release", "the release is far away", "we keep talking about the release"),
    "value": ("others offer more", "the product feels old", "people do not see what they pay for"),
    "incident": ("the outage is not over", "customers still cannot work", "the fire is still burning"),
}

WELL: Final[Mapping[str, tuple[str, ...]]] = {  # in words, where the figure gives no reason to complain
    "service_level": ("callers get through", "the phones are in good hands", "hardly anybody has to wait"),
    "churn": ("customers stay with us", "few customers leave", "those we have won remain"),
    "morale": ("the mood is good", "people come to work gladly", "the team is in good spirits"),
    "budget": ("there is money for what we want", "the budget holds", "we can pay for our plans"),
    "revenue": ("we earn what we spend and more", "the weeks pay for themselves", "the money comes in"),
    "customers": ("the customers are there", "our base is steady", "the names in our book are many"),
    "backlog": ("the backlog is in hand", "old work is under control", "little is left lying"),
    "quality": ("the product holds", "little breaks", "customers find few mistakes"),
    "release": ("the release is near", "the release is within reach", "we are nearly there with the release"),
    "value": ("people like what they pay for", "the product holds its own", "we offer more than others"),
    "incident": ("everything runs", "nothing is down", "there is no outage"),
}

# Beginnings, by tone.
OPENINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "firm": (
        "{Fact}.", "Let me be plain: {fact}.", "{Fact}, and that cannot stand.", "I will say it once more: {fact}.",
        "No more waiting: {fact}.", "Week {week}, and {fact}.",
    ),
    "even": (
        "{Fact}.", "From where I sit, {fact}.", "What I see this week: {fact}.", "As of week {week}, {fact}.",
        "{Fact}, which I think we should talk about.",
    ),
    "soft": (
        "I may be wrong, but {fact}.", "It seems to me that {fact}.", "If I read week {week} right, {fact}.",
        "Perhaps you see it differently: {fact}.", "I wonder about this: {fact}.",
    ),
}  # fmt: skip
TOPICS: Final = (
    'That is what "{topic}" comes to.', 'With "{topic}" before us, this does not go away by itself.',
    'I have "{topic}" in mind.', '"{topic}": so we were told, and it shows.', 'We are here because of this: "{topic}".',
    'Everything I say has to do with "{topic}".', 'Read it beside "{topic}".',
)  # fmt: skip
ASKS: Final[Mapping[str, tuple[str, ...]]] = {
    "firm": (
        "We {what}. Now.", "I want us to {what}.", "We have to {what}, this week.", "My proposal stands: {what}.", "I insist: {what}.",
    ),
    "even": ("I propose that we {what}.", "I would {what}.", "Let us {what}.", "My suggestion is to {what}."),
    "soft": ("Could we {what}?", "Might it help to {what}?", "What if we were to {what}?", "Maybe we could {what}."),
}  # fmt: skip
REASONS: Final[Mapping[str, tuple[str, ...]]] = {
    "service_level": ("so that more are answered in time", "because nobody likes to wait", "to get the queue down"),
    "churn": (
        "so that fewer leave",
        "to keep the customers we have",
        "because a customer kept is cheaper than one won",
    ),
    "morale": ("for the people who carry this", "so that nobody quits on us", "to give the team some air"),
    "budget": ("so that the money lasts", "because the budget has to hold", "to stop the bleeding"),
    "revenue": ("because it pays", "to bring in more each week", "so that revenue follows"),
    "customers": ("to win customers", "so that the market hears of us", "because growth does not come by itself"),
    "backlog": ("to get the backlog down", "so that old work stops blocking new", "because the pile slows everybody"),
    "quality": ("so that less breaks", "to fix the cause and not the call", "because quality pays for itself in calls"),
    "release": ("to get the release out", "so that what we promised ships", "because the date matters"),
    "value": (
        "so that the product is worth its price",
        "to give people a reason to stay",
        "because value is what we sell",
    ),
    "incident": ("to end the outage", "so that customers can work again", "because nothing else counts while it lasts"),
}
DETAILS: Final = (
    "It costs ${cost:.0f}k, pay for two months included.", "I put the cost at ${cost:.0f}k, {share:.0%} of the budget.",
    "Before we start I want to know who checks the result, and when.", "To be exact, that is {amount:g} {unit}, no more.",
    "The risk is {risk}; I would look at it again in three weeks.",
)  # fmt: skip
RISKS: Final[Mapping[str, str]] = {
    "budget": "the budget", "service_level": "longer waits", "churn": "customers who leave", "morale": "the mood in the team",
    "release": "the date of the release", "customers": "fewer new customers", "quality": "quality", "value": "a product worth less",
    "backlog": "the backlog", "revenue": "revenue", "incident": "the outage",
}  # fmt: skip
TOGETHER: Final = (
    "{who}, what do you need from us for that?", "I would like to hear {the} on this.", "I know this touches {the}; let us do it together.",
    "This only works with {the}.", "{who}, tell me where I am wrong.", "{The} and I should look at it side by side.",
    "{who}, will you come along with this?",
)  # fmt: skip
SPARKS: Final = (
    "Imagine a week in which nobody has to call us at all.", "What would we do if we began again today?",
    "Let us try it small, and throw it away if it does not work.", "There is a third way that nobody has tried yet.",
    "Turn it round: what if the problem were the product and not the queue?", "I drew it on the back of an envelope and it held.",
)  # fmt: skip
MEMORIES: Final = ("I have not forgotten: {memory}.", "Remember: {memory}.", "We have been here: {memory}.")
QUIET: Final[Mapping[str, tuple[str, ...]]] = {
    "firm": (
        "{Fact}. We hold the course.", "Nothing from me: {fact}, and I can live with that.", "I have nothing to ask for. {Fact}.",
        "Carry on. {Fact}, that is all I note for week {week}.", "{Fact}; no new orders from me.",
    ),
    "even": (
        "{Fact}; I have no proposal this week.", "Nothing new on my side: {fact}.", "I am listening this week. {Fact}.",
        "For the record of week {week}: {fact}.", "{Fact}. I would leave things as they are.", "No proposal. I keep an eye on this: {fact}.",
    ),
    "soft": (
        "I would rather listen this week; {fact}.", "I have nothing urgent, I think. {Fact}.", "{Fact}, if I am not mistaken; I leave it there.",
        "Only this: {fact}.", "I have no proposal of my own. {Fact}, perhaps that helps.",
    ),
}  # fmt: skip
FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "firm": (
        "I am for {name}. {Fact}.", "{Name}: yes, without question, {reason}.", "Do it. {Fact}, and {name} helps.",
        "{Name}, and soon: {fact}.", "You have my word for {name}.", "I stand behind {name}, {reason}.",
    ),
    "even": (
        "I support {name}, {reason}.", "{Name} makes sense to me: {fact}.", "Yes to {name}; {fact}.", "{Name} is worth its price, {reason}.",
        "I would go along with {name}; {fact}.", "{Fact}, so {name} is right.",
    ),
    "soft": (
        "I could live with {name}, {reason}.", "{Name} sounds right to me, I think.", "I lean towards {name}; {fact}.",
        "{Name} might well help, {reason}.", "If others agree, I am for {name}.", "{Fact}; maybe {name} is the answer.",
    ),
}  # fmt: skip
AGAINST: Final[Mapping[str, tuple[str, ...]]] = {
    "firm": (
        "I am against {name}: it is paid for with {risk}.", "{Name}? No. {Fact}.", "Not {name}, not now: it would cost us {risk}.",
        "{Name} is a mistake. {Fact}.", "I will not stand behind {name}; think of {risk}.",
    ),
    "even": (
        "I have doubts about {name}, because of {risk}.", "{Name} worries me: {fact}.", "I would not do it: {name} goes against {risk}.",
        "Before {name} I would think of {risk}.", "{Fact}, and {name} makes that worse.",
    ),
    "soft": (
        "I am not sure about {name}; what about {risk}?", "Forgive me, but {name} may hurt {risk}.", "I hesitate over {name}: {fact}.",
        "{Name} could come at the price of {risk}, I fear.", "May I ask what {name} does to {risk}?",
    ),
}  # fmt: skip
