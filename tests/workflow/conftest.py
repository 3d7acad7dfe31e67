from one_node_slurm import can_start

# Slurm's daemons need root; elsewhere there is nothing to test the cluster's profile with.
collect_ignore = [] if can_start() else ["test_slurm.py"]
