from nbformat import v4

from csrkit.pipeline.notebooks.normalise import normalise
from csrkit.pipeline.session import DISPLAY

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


def display_of(key):
    return v4.new_output(
        "display_data", {"text/markdown": f"::: {{#tlf-{key}}}"}, metadata={DISPLAY: key}
    )


def section(source, *outputs):
    cell = v4.new_code_cell(source, outputs=list(outputs))
    cell.id = "section"
    return normalise(v4.new_notebook(cells=[cell]), PLACES).cells


def test_each_display_of_a_section_gets_a_labelled_cell_of_its_own():
    cells = section('csr.show_section("14.3.1")', display_of("dlt"), display_of("teae_soc_pt"))
    assert [cell.source for cell in cells] == [
        'csr.show_section("14.3.1")',
        '#| label: dlt\ncsr.show("dlt")',
        '#| label: teae_soc_pt\ncsr.show("teae_soc_pt")',
    ]
    assert [len(cell.outputs) for cell in cells] == [0, 1, 1]
    assert [cell.id for cell in cells] == ["section", "dlt", "teae-soc-pt"]
    assert cells[2].outputs[0].data == {"text/markdown": "::: {#tlf-teae_soc_pt}"}
    assert all(output.metadata == {} for cell in cells for output in cell.outputs)


def test_what_a_section_says_beside_its_displays_stays_in_its_cell():
    said = v4.new_output("stream", name="stdout", text="12 displays")
    cells = section('csr.show_section("14.3.1")', said, display_of("dlt"))
    assert [[one.output_type for one in cell.outputs] for cell in cells] == [
        ["stream"],
        ["display_data"],
    ]


def test_a_display_in_a_labelled_cell_stays_where_it_is():
    (cell,) = section('#| label: dlt\ncsr.show("dlt")', display_of("dlt"))
    assert cell.source == '#| label: dlt\ncsr.show("dlt")'
    assert len(cell.outputs) == 1
    assert cell.id == "section"


def test_a_section_without_displays_stays_as_it_is():
    (cell,) = section('csr.show_section("14.9")')
    assert (cell.source, cell.outputs) == ('csr.show_section("14.9")', [])


def test_an_executed_notebook_is_the_same_when_it_is_normalised_again():
    cells = section('csr.show_section("14.3.1")', display_of("dlt"), display_of("teae_soc_pt"))
    again = normalise(v4.new_notebook(cells=[dict_of(cell) for cell in cells]), PLACES).cells
    assert again == cells


def dict_of(cell):
    return type(cell)(dict(cell))
