# SPDX-License-Identifier: Apache-2.0
"""Attacks on a released table, after Anonymeter: what an attacker would try, counted.

Giomi, M., Boenisch, F., Wehmeyer, C. and Tasnádi, B. (2023). *A Unified Framework for Quantifying
Privacy Risk in Synthetic Data*. PoPETs 2023(2). doi:10.56553/popets-2023-0055
"""
