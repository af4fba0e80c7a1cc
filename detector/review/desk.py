"""Desk: everything a page or a command needs of the reviews, in one place."""

from detector.review.answers import all_annotators, annotators, answer, answer_many, describe, history, undo
from detector.review.images import add_images, item_bytes
from detector.review.queues import create_queue, delete_queue, deleted_queues, erase_queue, list_queues, queue, restore_queue
from detector.review.scoring import score_queue
from detector.review.serve import item, items, next_items, progress
from detector.review.sources import Found, from_batch, from_data, from_folder, from_rows, from_run, from_uploads, from_zip
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
    "ANSWERS", "FIRST", "ORDERS", "SECOND", "Found", "Item", "NewImage", "Progress", "Queue", "ReviewError", "Score",
    "add_images", "all_annotators", "annotators", "answer", "answer_many", "create_queue", "delete_queue", "deleted_queues",
    "describe", "erase_queue", "from_batch", "from_data", "from_folder", "from_rows", "from_run", "from_uploads", "from_zip",
    "history", "item", "item_bytes", "items", "list_queues", "next_items", "progress", "queue", "restore_queue", "score_queue",
    "undo",
]  # fmt: skip
