from detector.data.images import image_files


def test_files_are_found_at_any_depth_in_order_without_hidden_ones(tmp_path, write_image):
    for name in ("b/2.PNG", "a.jpg", "b/1.png", ".hidden.png", ".cache/3.png", "__MACOSX/4.png"):
        write_image(tmp_path / name)
    (tmp_path / "notes.txt").touch()
    assert [path.relative_to(tmp_path).as_posix() for path in image_files(tmp_path)] == ["a.jpg", "b/1.png", "b/2.PNG"]


def test_linked_folders_are_followed_but_a_circle_ends(tmp_path, write_image):
    write_image(tmp_path / "elsewhere/1.png")
    data = tmp_path / "data"
    data.mkdir()
    (data / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/up").symlink_to(data)
    assert [path.relative_to(data).as_posix() for path in image_files(data)] == ["linked/1.png"]
