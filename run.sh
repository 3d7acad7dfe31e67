. /tmp/cities_env.sh
cd /tmp/wt/cities
r(){ nice -n 8 citizen-security run $1 -q -f /tmp/cities_p/$2.json 2>&1 | tail -2 | sed "s/^/$2 /"; }
r concentration a4; r city_table a2; r city_homicide a1; r city_trends a3; r every_municipality a5; r every_municipality a6
