"""Pages of the admin as a test opens and saves them."""

from django.forms import MultiWidget, TextInput
from django.urls import reverse


def address(model, page, *arguments):
    options = model._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_{page}", args=arguments)


def change_page(row):
    return address(type(row), "change", row.pk)


def filled_form(response, **changes):
    """Return what the page would send as it opened, but for the changes."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {}
    for bound in (bound for form in forms for bound in form):
        value = bound.value()
        if isinstance(bound.field.widget, MultiWidget):
            parts = bound.field.widget.decompress(value)
            values |= {f"{bound.html_name}_{n}": part for n, part in enumerate(parts)}
        elif isinstance(bound.field.widget, TextInput):
            values[bound.html_name] = bound.field.widget.format_value(value)
        elif value is not None and value is not False:
            values[bound.html_name] = value
    values["_version"] = response.context.get("version")
    return {name: value for name, value in values.items() if value is not None} | changes


def save(client, row, **changes):
    """Open a row, change it, save it."""
    url = change_page(row)
    return client.post(url, filled_form(client.get(url), **changes))


def delete_together(client, rows, **answers):
    values = {"action": "delete_selected", "_selected_action": [row.pk for row in rows]}
    return client.post(address(type(rows[0]), "changelist"), values | answers)
