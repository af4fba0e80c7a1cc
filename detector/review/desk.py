"""Desk: everything a page or a command needs of the reviews, in one place."""

from detector.review.answers import all_annotators, annotators, answer, answer_many, describe, history, undo
from detector.review.corrected import corrected_folder, corrected_table
from detector.review.export import KINDS, export_bytes, export_table
from detector.review.images import add_images, item_bytes
from detector.review.ledger import Sent, send_to_ledger
from detector.review.merge import Imported, import_answers
from detector.review.queues import create_queue, delete_queue, deleted_queues, erase_queue, list_queues, queue, restore_queue
from detector.review.scoring import score_queue
from detector.review.serve import item, items, next_items, progress
from detector.review.sources import Found, from_batch, from_data, from_folder, from_rows, from_run, from_uploads, from_zip
from detector.review.stats import Pair, Person, Stats, stats
from detector.review.values import (
    ANSWERS,
    FIRST,
    ORDERS,
    SECOND,
    Item,
    NewImage,
    Progress,
    Queue,
    ReviewError,
    Score,
)

__all__ = [
    "ANSWERS", "FIRST", "KINDS", "ORDERS", "SECOND", "Found", "Imported", "Item", "NewImage", "Pair", "Person", "Progress",
    "Queue", "ReviewError", "Score", "Sent", "Stats", "add_images", "all_annotators", "annotators", "answer", "answer_many",
    "corrected_folder", "corrected_table", "create_queue", "delete_queue", "deleted_queues", "describe", "erase_queue",
    "export_bytes", "export_table", "from_batch", "from_data", "from_folder", "from_rows", "from_run", "from_uploads", "from_zip",
    "history", "import_answers", "item", "item_bytes", "items", "list_queues", "next_items", "progress", "queue",
    "restore_queue", "score_queue", "send_to_ledger", "stats", "undo",
]  # fmt: skip
