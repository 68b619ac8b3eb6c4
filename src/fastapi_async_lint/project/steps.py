"""Which function gives each op its meaning."""

from __future__ import annotations

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import attributes, calls, protocols, returns, steps_classes, steps_names
from fastapi_async_lint.project.solver import Step

STEPS: dict[type, Step] = {
    ir.Const: steps_names.step_const,
    ir.Text: steps_names.step_text,
    ir.Parameter: steps_names.step_parameter,
    ir.Free: steps_names.step_free,
    ir.Phi: steps_names.step_phi,
    ir.Narrow: steps_names.step_narrow,
    ir.Bind: steps_names.step_bind,
    ir.ImportModule: steps_names.step_import_module,
    ir.ImportFrom: steps_names.step_import_from,
    ir.MakeFunction: steps_names.step_make_function,
    ir.Return: returns.step_return,
    ir.Yield: steps_names.step_yield,
    ir.MakeClass: steps_classes.step_make_class,
    ir.MakeGenerator: calls.step_make_generator,
    ir.Call: calls.step_call,
    ir.Sequence: calls.step_sequence,
    ir.Mapping: calls.step_mapping,
    ir.Comprehension: calls.step_comprehension,
    ir.Attribute: attributes.step_attribute,
    ir.SetAttribute: attributes.step_set_attribute,
    ir.Subscript: attributes.step_subscript,
    ir.SetSubscript: attributes.step_set_subscript,
    ir.DeleteSubscript: attributes.step_delete_subscript,
    ir.Await: protocols.step_await,
    ir.Iterate: protocols.step_iterate,
    ir.YieldFrom: protocols.step_yield_from,
    ir.Unpack: protocols.step_unpack,
    ir.Enter: protocols.step_enter,
    ir.Exit: protocols.step_exit,
    ir.Binary: protocols.step_binary,
    ir.Compare: protocols.step_compare,
    ir.Unary: protocols.step_unary,
    ir.Truth: protocols.step_truth,
    ir.Format: protocols.step_format,
}
"""Ops that are missing here (``raise``, ``del x``) neither make nor move values."""
