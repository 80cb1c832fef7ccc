import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateSegmentDocument,
  CustomerStandingDocument,
  CustomersOfStagesDocument,
  MergeProfilesDocument,
  SegmentDocument,
  UnmergeProfileDocument,
  UpdateTenantSettingsDocument,
} from '../../schema/generated/operations.js';
