from models.shelter.problem import Allocation, AllocationDecision
