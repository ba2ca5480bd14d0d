"""Settings of how people sign in; part of the settings of an installation."""

from __future__ import annotations

from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from settings_of_gateways import Several


class SignInSettings(BaseSettings):
    """An identity provider, and who may do without one; read by settings.py only."""

    oidc_issuer: str = Field(default="", description="identity provider to sign in with (OIDC)")
    oidc_client_id: str = Field(default="", description="by which the provider knows Duncan")
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = Field(default="", description="what the button calls the provider")
    oidc_scopes: str = Field(default="openid email profile", description="what it is asked for")
    oidc_role_claim: str = Field(default="", description="claim that has a person's groups")
    oidc_roles: Several = Field(default=(), description="roles by group: ar=associate, x=senior")
    oidc_add_people: bool = Field(default=False, description="add who has a role by group")
    oidc_only: bool = Field(default=False, description="passwords for nobody but break_glass")
    break_glass: str = Field(default="", description="the administrator for emergencies")

    @model_validator(mode="after")
    def _people_can_come_in(self) -> Self:
        prefix = self.model_config.get("env_prefix", "")
        needed = {
            "oidc_issuer": ("oidc_client_id",),
            "oidc_only": ("oidc_issuer", "break_glass"),
            "oidc_add_people": ("oidc_role_claim",),
            "oidc_role_claim": ("oidc_roles",),
        }
        for asked, names in needed.items():
            if getattr(self, asked) and not all(getattr(self, one) for one in names):
                both = " and ".join(f"{prefix}{one.upper()}" for one in names)
                raise ValueError(f"{prefix}{asked.upper()} needs {both} as well")
        if any(not all(one.partition("=")) for one in self.oidc_roles):
            raise ValueError(f"{prefix}OIDC_ROLES is written as group=role, group=role")
        return self
