"""English: the cues by which what callers and agents say is understood, and the words for values and functions."""

from collections.abc import Mapping
from typing import Final

from flexsim.voice.dialogue import english_numbers as numbers
from flexsim.voice.dialogue.english_phrases import AGENT, CALLER
from flexsim.voice.dialogue.language import Language, Numbers, by_side

_CUES: Final[Mapping[str, str]] = {
    # either
    "yes": r"^(?:ah,? |well,? |oh,? )?(?:yes|yeah|yep|yup|sure|correct|right|exactly|that'?s (?:right|correct)|that is (?:right|correct)|go ahead|please do|okay|ok)\b",
    "no": r"^(?:ah,? |well,? |oh,? )?(?:no|nope|nah|not really|that'?s (?:wrong|not right))\b",
    "repeat": r"\b(?:repeat (?:that|it)|say (?:that|it) again|didn'?t (?:catch|get) (?:that|it)|did not understand|can'?t understand you|pardon me\?|come again|again,? please\?)",
    "thanks": r"\b(?:thank you|thanks|thank)\b",
    "bye": r"\b(?:good ?bye|bye|have a (?:nice|good) day)\b",
    "back_channel": r"^(?:(?:mm-?hm+|uh-?huh|okay|ok|right|i see|all right|ah|oh)[.,!]? ?)+$",
    "still_there": r"\b(?:are you still there|can you hear me|is anybody there|anybody there)\b",
    # said by a caller
    "done": r"\b(?:that'?s (?:all|it|everything)|that is all|that was (?:it|everything|all)|nothing else|got to go)\b",
    "explain": r"\b(?:what do you mean by|what does .* mean)\b|\bwhat is (?:the mobile app|online banking|an adjuster|the portal|the deductible)\b",
    "human": r"\b(?:(?:speak|talk) to (?:a |an )?(?:real |actual )?(?:human|person|somebody|someone)|real person|human being|connect me|get me a|to a person)\b",
    "impatient": r"\b(?:speed this up|get to the point|how long is this going|yes, got it|come on|will this take long|hurry a little)\b|\bi know(?: all that)?(?:\.|$)",
    "unsure": r"\b(?:hold on|wait a moment|have to look up|look that up|let me (?:think|see)|where do i begin|have it here somewhere)\b",
    "unknown": r"\b(?:don'?t (?:have|know|remember))\b",
    "here": r"\bi'?m here|i can hear you\b",
    "stop": r"\b(?:forget it|leave it for today|had enough\. goodbye|call again\. goodbye|no more time|try another time)\b",
    # said by an agent
    "greeting": r"\b(?:how can i help|what can i do for you|how may i help|what would you like)\b",
    "more": r"\b(?:tell me (?:a bit )?more|what exactly (?:would|can|do)|tell me what you need)\b",
    "hold": r"\b(?:(?:one|just a|for a) (?:moment|second)|bear with me|try that again)\b",
    "confirm": r"\b(?:is (?:all of )?that (?:right|correct)|is all of that right|shall i go ahead|do you confirm|right\?$|correct\?$)",
    "change": r"\b(?:what should i change|what is wrong with it)\b",
    "else": r"\banything else\b",
    "offer_human": r"\b(?:would you like to (?:speak|talk) to a colleague|shall i connect you)\b",
    "handover": r"\b(?:i'?ll connect you|i am connecting you|i'?m (?:connecting|putting) you|stay on the line)\b",
    "cannot": r"\b(?:can'?t help you with that|nothing i can do here|can'?t (?:open|discuss) the account|i can'?t do that)\b",
    "not_verified": r"\b(?:(?:does not|doesn'?t|don'?t|do not) match)\b",
    "failed": r"\b(?:system is down|no colleague is free)\b",
    "refused": r"\b(?:that was refused|more than the daily limit|not enough money|cannot find that)\b",
    "unknown_topic": r"\b(?:don'?t have that information|i don'?t know that)\b",
    "ask": r"\b(?:what|which|could you|can you|may i|please (?:tell|give)|tell me|give me|how much|how many|was|did|when|where|from which|to which|for which|i need)\b",
    # what is asked for
    "slot.name": r"\b(?:your|full|whole|first and last) name\b|\bwho am i speaking",
    "slot.date_of_birth": r"\bdate of birth\b|\bwere you born\b|\bbirthday\b|\bbirth date\b",
    "slot.card_last_four": r"\b(?:last|final) four\b|\bcard number\b|\bcard end",
    "slot.policy_number": r"\bpolicy number\b",
    "slot.claim_number": r"\bclaim number\b",
    "slot.card": r"\bwhich (?:of your )?cards?\b",
    "slot.reason": r"\blost, stolen\b|\blost or stolen\b",
    "slot.account": r"(?<!from )(?<!to )\bwhich account(?! should)\b",
    "slot.from_account": r"\bfrom which account\b|\baccount should the money come\b|\baccount to take it from\b",
    "slot.to_account": r"\bto which account\b|\baccount should the money go\b",
    "slot.amount": r"\b(?:how much|what amount)\b",
    "slot.kind": r"\bkind of claim\b|\bwhich policy\b",
    "slot.date": r"\b(?:on )?what date\b|\bdate it happened\b|\bwhen did it\b",
    "slot.description": r"\bwhat happened\b",
    "slot.injured": r"\b(?:injured|hurt)\?",
    # what is wanted
    "skill.replace_card": r"\b(?:lost|mislaid|stolen|replace|replaced|replacement|new (?:\w+ )?(?:card|one)|card is gone|can'?t find my)\b",
    "skill.get_balance": r"\b(?:balance|how much (?:money )?(?:is|do i have)|how much is)\b",
    "skill.transfer_funds": r"\b(?:transfer|move|moved|send) (?:\w+ )?(?:\d|\$|money)|\b(?:transfer|move|send) [a-z ]*(?:hundred|thousand|dollars)|\bdollars moved",
    "skill.list_transactions": r"\b(?:transactions|charges|statement)\b",
    "skill.file_claim": r"\b(?:report|file|make|have) (?:a |an )?(?:\w+ )?claim\b|\bhad an accident\b",
    "skill.get_claim": r"\b(?:status of (?:my|the|a) (?:\w+ )?claim|about my claim|claim status|how far is)",
    "skill.transfer_to_human": r"\b(?:(?:speak|talk) to (?:a |an )?(?:real |actual )?(?:human|person|somebody|someone)|real person|human being|to a person)\b",
    # what is reported as done
    "told.replace_card": r"\bcard is blocked\b",
    "told.get_balance": r"\bthe balance of your\b.* is\b|\byou have \d.* in your\b",
    "told.transfer_funds": r"\bi have moved\b|\btransfer is made\b",
    "told.list_transactions": r"\btransactions\b.*:",
    "told.file_claim": r"\bclaim is (?:filed|registered)\b",
    "told.get_claim": r"\b(?:your claim is|the claim: it is)\b",
    "told": r"\bhere is what i found\b|\ball done\b|\btaken care of\b",
    # what is asked about
    "topic.delivery_time": r"\b(?:card|it|one) arrive|\bdelivery\b",
    "topic.security": r"\b(?:safe|secure|security|can use the old card|unauthori[sz]ed use)\b",
    "topic.fee": r"\b(?:cost|fee|fees|price)\b",
    "topic.transfer_time": r"\bmoney (?:will )?be there\b|\b(?:does|will) the transfer take\b|\bmoney arrives?\b|\barrival of the money\b",
    "topic.limit": r"\blimit\b",
    "topic.next_steps": r"\bwhat happens next\b|\bnext steps\b|\bdo i have to do now\b",
    "topic.rental_car": r"\brental\b",
    "topic.deductible": r"\bdeductible\b|\bpay myself\b|\bexcess\b",
    "topic.documents": r"\bdocuments\b|\bpapers\b|\bphotos\b",
    "topic.payout_time": r"\bget the money\b|\bpay out\b|\bpayout\b|\bpaid out\b",
    "topic.hours": r"\bopening hours\b|\bare you open\b",
    # values of options
    "value.checking": r"\b(?:checking|current account)\b",
    "value.savings": r"\b(?:savings?)\b",
    "value.gold": r"\bgold(?:en)?\b",
    "value.silver": r"\bsilver\b",
    "value.debit": r"\bdebit\b",
    "value.lost": r"\b(?:lost|mislaid|can'?t find|gone)\b",
    "value.stolen": r"\b(?:stolen|stole|thief)\b",
    "value.damaged": r"\b(?:damaged|broken|does not work)\b",
    "value.car": r"\b(?:car|auto|motor|vehicle)\b",
    "value.home": r"\b(?:home|house|household|flat)\b",
    "value.travel": r"\b(?:travel|trip|luggage)\b",
    "nobody_hurt": r"\bnobody (?:was|got) (?:hurt|injured)\b|\bno one (?:was|got)\b",
    "somebody_hurt": r"\bsomebody (?:was|got) (?:hurt|injured)\b|\b(?:i|he|she|they) (?:was|were|got) (?:hurt|injured)\b",
    # half answers, and what leads up to values
    "from": r"\bfrom (?:my |the )?(\w+)",
    "to": r"\b(?:to|into) (?:my |the )?(\w+)",
    "my_name": r"\bmy name is\s+",
    "is_name": r"^(?:it'?s|this is|i'?m|i am|well,?|yes,?)\s+",
    "month": r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b",
    "lead_in": r"^(?:(?:well|so|um|oh|it'?s|yes),? )+",
    "born": r"\bborn\b|\bdate of birth\b",
    "ends_in": r"\bend(?:s|ing) in\b|\blast four\b",
}

_WORDS: Final[Mapping[str, str]] = {
    "replace_card": "a new card",
    "get_balance": "a balance",
    "transfer_funds": "a transfer",
    "list_transactions": "your transactions",
    "file_claim": "a new claim",
    "get_claim": "the status of a claim",
    "date_of_birth": "date of birth",
    "card_last_four": "last four digits of the card",
    "policy_number": "policy number",
    "claim_number": "claim number",
    "in_review": "being looked at",
    "unknown_fact": "one",
    "true": "yes",
    "false": "no",
    "nothing": "nothing",
    "transaction": "{amount} to {payee} on {date}",
    "same_account": "both accounts are the same",
    "already_blocked": "the card is blocked already",
    "not_verified": "I don't know yet who is calling",
    "paid": "paid",
}

_TERMS: Final[Mapping[str, str]] = {
    "the mobile app": "the mobile app is our program for the telephone, and you can just as well wait for the letter",
    "online banking": "online banking is your account on our web page, and the same stands on your paper statement",
    "an adjuster": "an adjuster is the colleague who looks at the damage and says what we pay",
    "the portal": "the portal is our web page for papers, and you can also send them by post",
    "the deductible": "the deductible is the part of the damage that you pay yourself",
}

ENGLISH: Final = Language(
    code="en",
    phrases=by_side(agent=AGENT, caller=CALLER),
    cues=_CUES,
    words=_WORDS,
    terms=_TERMS,
    never_names=frozenset(
        {"and", "born", "my", "the", "it", "that", "i", "i'm", "hold", "wait", "well", "yes", "no", "okay", "sorry"}
    ),
    joined="and",
    either="or",
    currency="dollars",
    numbers=Numbers(
        say_date=numbers.say_date,
        say_month=numbers.say_month,
        say_amount=numbers.say_amount,
        numerals=numbers.numerals,
        dates=numbers.dates,
        amounts=numbers.amounts,
    ),
)
