"""An order that was entered in its ERP goes its way like any other, and is never booked again (see `story`)."""

from domain.messages.dispatch import ErpRequested
from domain.messages.status import ErpStatus
from tests.unit.orders.story import effects_of, story_of

ACCEPTED = "place available 5 3 born; answer 1:5 2:0"


def test_it_is_booked_from_the_start_and_released_without_a_booking() -> None:
    story = story_of("place available 5 born")
    assert (ErpStatus.BOOKED, "SO-9") == (story.order.erp_status, story.order.erp_document_number)
    assert "OrderAccepted; InventoryAllocated; releases 1:5; PickReleased" == effects_of(story.do("answer 1:5"))


def test_what_is_posted_about_it_names_the_number_of_its_erp() -> None:
    shipped = story_of(ACCEPTED).do("ship 1:5")
    (asked,) = (each for each in shipped.messages if isinstance(each, ErpRequested))
    assert ("SO-9", "shop:1") == (asked.document.sales_order_number, asked.document_key)


def test_an_order_that_we_have_booked_is_known_to_its_erp_by_our_key() -> None:
    shipped = story_of("place available 5; answer 1:5; booked").do("ship 1:5")
    (asked,) = (each for each in shipped.messages if isinstance(each, ErpRequested))
    assert "" == asked.document.sales_order_number


def test_a_shipment_that_overtakes_it_is_posted_when_it_is_accepted() -> None:
    story = story_of("ship 1:2; place available 5 born")
    assert "OrderAccepted; POST_SHIPMENT 1:2" in effects_of(story.do("answer 1:3"))


def test_it_can_be_cancelled_and_amended_like_any_other() -> None:
    assert "gives up 2:3; CANCEL_SALES_ORDER 2:3; OrderCancelled" == effects_of(story_of(ACCEPTED).do("cancel 2"))
    amended = effects_of(story_of(ACCEPTED).do("amend 1 2:2"))
    assert "OrderAmendmentRequested; AMEND_SALES_ORDER 1:5 2:2" == amended


def test_an_order_of_ours_that_its_erp_reports_back_is_no_second_one() -> None:
    story = story_of("place available 5; answer 1:5; booked")
    before = story.order
    assert "dropped: order that its ERP has from us" == effects_of(story.do("place available 4 born"))
    assert before == story.order


def test_the_same_order_again_is_a_duplicate_and_another_content_a_conflict() -> None:
    story = story_of("place available 5 born")
    assert "dropped: duplicate" == effects_of(story.do("place available 5 born"))
    conflict = "case CONFLICTING_DUPLICATE; dropped: conflicting duplicate"
    assert conflict == effects_of(story.do("place available 6 born"))


def test_one_that_was_forgotten_is_held_since_its_erp_cannot_be_asked_by_our_key() -> None:
    story = story_of("")
    story.lives = 1
    assert "OrderReceived; case DUPLICATE_ORDER; OrderHeld" == effects_of(story.do("place available 5 born"))
