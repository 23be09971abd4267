from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "policies"
    verbose_name = "Leviers et arguments"

    def ready(self):
        from policies.competences import checks  # noqa: F401  registers the check
