from nbformat import v4

from csrkit.pipeline.notebooks.normalise import normalise

PLACES = ("work_dir", "stage_dir")


def executed(**metadata):
    injected = v4.new_code_cell(
        'data_cut = "2026-03-31"\nwork_dir = "/somewhere/cut"\nstage_dir = "/somewhere/tmp-1"',
        metadata={"tags": ["injected-parameters"]},
    )
    shown = v4.new_code_cell("frame", metadata={"execution": metadata, "papermill": metadata})
    shown.id = "shown"
    shown.execution_count = 2
    shown.outputs = [
        v4.new_output("stream", name="stderr", text="a warning about /somewhere"),
        v4.new_output(
            "execute_result",
            {"text/plain": "<Thing at 0x7f001122>"},
            execution_count=2,
            metadata={"clock": str(metadata)},
        ),
    ]
    return v4.new_notebook(cells=[injected, shown], metadata={"papermill": metadata})


def test_two_runs_at_other_times_give_the_same_notebook():
    one = normalise(executed(start_time="10:00"), PLACES)
    other = normalise(executed(start_time="11:00"), PLACES)
    assert one == other


def test_places_are_left_out_and_the_data_cut_is_kept():
    cell = normalise(executed(), PLACES).cells[0]
    assert cell.source == 'data_cut = "2026-03-31"'


def test_outputs_lose_addresses_and_standard_error_and_nothing_else():
    outputs = normalise(executed(), PLACES).cells[1].outputs
    assert [output.output_type for output in outputs] == ["execute_result"]
    assert outputs[0].data == {"text/plain": "<Thing>"}
    assert outputs[0].execution_count == 2
