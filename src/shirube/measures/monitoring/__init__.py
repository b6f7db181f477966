# SPDX-License-Identifier: Apache-2.0
"""How far data of today differ from those the system was made for."""
