#!/usr/bin/env python
# Licence.
import os

'''
Many
lines.
'''

x = 1
