"""
Lambert-93, the projection of French maps (EPSG:2154).

The constants are those of the IGN (NTG 71): conic on the ellipsoid GRS 80, standard
parallels 44° and 49° north, central meridian 3° east of Greenwich.
"""

from math import asin, atan2, atanh, cos, degrees, exp, hypot, log, radians, sin, sqrt, tanh

_SEMI_MAJOR_AXIS = 6_378_137.0  # metres
_FLATTENING = 1 / 298.257222101
_ECCENTRICITY = sqrt(_FLATTENING * (2 - _FLATTENING))
_ORIGIN_LATITUDE, _CENTRAL_MERIDIAN = radians(46.5), radians(3)
_PARALLELS = radians(44), radians(49)
_FALSE_EASTING, _FALSE_NORTHING = 700_000.0, 6_600_000.0  # metres


def _isometric_latitude(latitude):
    return atanh(sin(latitude)) - _ECCENTRICITY * atanh(_ECCENTRICITY * sin(latitude))


def _parallel_radius(latitude):
    """Return the radius of a parallel, divided by the semi-major axis."""
    return cos(latitude) / sqrt(1 - (_ECCENTRICITY * sin(latitude)) ** 2)


_EXPONENT = log(_parallel_radius(_PARALLELS[0]) / _parallel_radius(_PARALLELS[1])) / (
    _isometric_latitude(_PARALLELS[1]) - _isometric_latitude(_PARALLELS[0])
)
_SCALE = (
    _SEMI_MAJOR_AXIS
    * _parallel_radius(_PARALLELS[0])
    * exp(_EXPONENT * _isometric_latitude(_PARALLELS[0]))
    / _EXPONENT
)


def _distance_to_pole(latitude):
    return _SCALE * exp(-_EXPONENT * _isometric_latitude(latitude))


def lambert93(longitude, latitude):
    """Return (easting, northing) in metres of a point in decimal degrees (RGF93, WGS 84)."""
    angle = _EXPONENT * (radians(longitude) - _CENTRAL_MERIDIAN)
    radius = _distance_to_pole(radians(latitude))
    return (
        _FALSE_EASTING + radius * sin(angle),
        _FALSE_NORTHING + _distance_to_pole(_ORIGIN_LATITUDE) - radius * cos(angle),
    )


def wgs84(easting, northing):
    """Return (longitude, latitude) in decimal degrees of a point in metres."""
    east = easting - _FALSE_EASTING
    south = _FALSE_NORTHING + _distance_to_pole(_ORIGIN_LATITUDE) - northing
    isometric_latitude = log(_SCALE / hypot(east, south)) / _EXPONENT
    latitude = 0.0
    for _ in range(8):  # each round divides the error by about 150
        latitude = asin(
            tanh(isometric_latitude + _ECCENTRICITY * atanh(_ECCENTRICITY * sin(latitude)))
        )
    return degrees(_CENTRAL_MERIDIAN + atan2(east, south) / _EXPONENT), degrees(latitude)


def distance(one, other):
    """
    Return the straight distance in kilometres between two (longitude, latitude) in degrees.

    It is measured on the projection: within the region, the error is less than 0.1 per cent.
    """
    (x, y), (other_x, other_y) = lambert93(*one), lambert93(*other)
    return hypot(x - other_x, y - other_y) / 1000
