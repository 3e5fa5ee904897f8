/**
 * `api_versions` of every interface (SOL013 clause 9.3). Needs no Version header.
 */
import { Controller, Get, Param } from '@nestjs/common';
import { Type } from 'typebox';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { found } from '../http/problem-error.js';
import { text } from '../schemas/shared.js';
import { versionInformation } from '../sol013/versions.js';

const apiVersionInformation = Type.Object({
  uriPrefix: text,
  apiVersions: Type.Array(Type.Object({ version: text, isDeprecated: Type.Boolean() })),
});

@ApiTags('api_versions')
@Controller()
export class ApiVersionsController {
  @Get(':apiName/api_versions')
  @Describe({ role: 'viewer', summary: 'Versions of an API', status: 200, body: apiVersionInformation })
  ofApi(@Param('apiName') name: string) {
    return found(versionInformation(name), 'API', name);
  }

  @Get(':apiName/:apiMajorVersion/api_versions')
  @Describe({
    role: 'viewer',
    summary: 'Versions of a major version of an API',
    status: 200,
    body: apiVersionInformation,
  })
  ofMajor(@Param('apiName') name: string, @Param('apiMajorVersion') major: string) {
    return found(versionInformation(name, major), 'API', `${name}/${major}`);
  }
}
